//! The operations of the main job, one verb a file (`api.md` §4).

mod appoint;
mod end_appointment;
mod letters;
mod parameters;
mod participants;
mod plan_status;
mod records;

pub(crate) use parameters::Input;

use crate::fault::Fault;
use crate::session::Session;
use crate::{Guard, Reply};
use varde_fhir::registry::Operation;
use varde_fhir::{Issue, IssueCode, ResourceKey};

/// Runs an operation of the registry.
pub(crate) fn run(
    session: &mut Session<'_, '_>,
    operation: &'static Operation,
    key: Option<&ResourceKey>,
    input: &Input,
    guard: &Guard,
) -> Result<Reply, Fault> {
    input.only(operation)?;
    match (operation.name, key) {
        ("appoint", None) => appoint::appoint(session, input),
        ("end-appointment", Some(key)) => end_appointment::end_appointment(session, key, input, guard),
        ("plan-status", None) => plan_status::plan_status(session, input),
        _ => Err(Fault::invalid(
            Issue::error(
                IssueCode::NotSupported,
                "unknown-operation",
                "Operasjonen finnes ikke her.",
                "There is no such operation here.",
            )
            .at("http.url"),
        )),
    }
}
