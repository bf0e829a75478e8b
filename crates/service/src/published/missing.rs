//! What is asked for and not published.

use crate::Refusal;
use crate::fault::Fault;
use varde_fhir::{Issue, IssueCode, ResourceType};

/// There is no such definition.
pub(super) fn not_published(rtype: ResourceType) -> Fault {
    refused(
        "not-found",
        format!("{rtype} med denne id-en finnes ikke. Søk med GET {rtype} for å se dem som finnes."),
        format!("There is no {rtype} with this id. Search by GET {rtype} for those there are."),
        "http.url",
    )
}

/// There is no value set or code system of this URL here.
pub(super) fn unknown_url(rtype: ResourceType, at: &str) -> Fault {
    refused(
        "unknown-canonical",
        format!("{rtype} med denne url-en er ikke kjent her. Søk med GET {rtype} for å se dem som finnes."),
        format!("A {rtype} of this url is not known here. Search by GET {rtype} for those there are."),
        at,
    )
}

/// The code system has no such code.
pub(super) fn unknown_code(at: &str) -> Fault {
    refused(
        "unknown-code",
        "Koden finnes ikke i kodeverket slik det er kjent her.".to_owned(),
        "The code is not in the code system as it is known here.".to_owned(),
        at,
    )
}

fn refused(key: &'static str, nb: String, en: String, at: &str) -> Fault {
    let issue = Issue::error(IssueCode::NotFound, key, nb, en).at(at);
    Fault::Refused(Box::new(Refusal { status: 404, issue, allow: None }))
}
