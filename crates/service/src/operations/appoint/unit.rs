//! The department the appointment is at: `unit` must lead to an organisation, or name one by number. A unit that nobody can find
//! is no contact for the patient, and opens nothing to those who work there (`domain.md` §5).

use super::request::Appointing;
use crate::fault::Fault;
use crate::operations::participants;
use crate::session::Session;
use varde_fhir::{Issue, IssueCode, Reference, ResourceType};

/// 422 unless `unit` is an Organization of the directory, or an identifier.
pub(super) fn check(session: &mut Session<'_, '_>, request: &Appointing) -> Result<(), Fault> {
    let found = match Reference::of(&request.unit, &session.context.base) {
        Some(Reference::Local { .. }) => participants::visible(session, &request.unit)?
            .is_some_and(|stored| stored.key.rtype == ResourceType::Organization),
        _ => match Reference::logical(&request.unit) {
            Some(Reference::Logical { system, value, .. }) => !system.is_empty() && !value.is_empty(),
            _ => false,
        },
    };
    if found { Ok(()) } else { Err(unknown()) }
}

fn unknown() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::NotFound,
            "unit-not-found",
            "unit peker ikke på noen Organization i katalogen. Gi Organization/{id}, eller identifier med RESH-id eller organisasjonsnummer.",
            "unit names no Organization of the directory. Give Organization/{id}, or an identifier with the RESH id or organisation number.",
        )
        .at("Parameters.parameter.where(name='unit')"),
    )
}
