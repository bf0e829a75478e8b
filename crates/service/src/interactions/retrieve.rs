//! The interactions that only look: by themselves, or as the GET entries of a transaction.

use crate::fault::Fault;
use crate::interactions::{history, read, search, search_wide, vread};
use crate::session::Session;
use crate::{Call, Reply};
use varde_fhir::{Issue, IssueCode};

/// Answers a call that changes nothing.
pub(crate) fn retrieve(session: &mut Session<'_, '_>, call: &Call) -> Result<Reply, Fault> {
    match call {
        Call::Read { key, if_none_match, if_modified_since } => {
            read::read(session, key, if_none_match, *if_modified_since)
        }
        Call::Vread { key, version } => vread::vread(session, key, version),
        Call::History { of, params } => history::history(session, of, params),
        Call::Search { rtype, params, by_post } => search::search(session, *rtype, params, *by_post),
        Call::SearchWide { within, rtype, params, by_post } => {
            search_wide::search_wide(session, within.as_ref(), *rtype, params, *by_post)
        }
        _ => Err(Fault::invalid(
            Issue::error(
                IssueCode::NotSupported,
                "unsupported-entry",
                "Dette kan ikke gjøres som en lesing.",
                "This cannot be done as a read.",
            )
            .at("http.method"),
        )),
    }
}
