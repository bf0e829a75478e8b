//! The consent an appointing rests on: stored with it when it comes along, looked up when it is referred to
//! (guideline 5.1 b, f). Whether it suffices is the law's to judge, at commit.

use super::request::{Appointing, Part};
use crate::fault::Fault;
use crate::operations::participants;
use crate::operations::records::set;
use crate::session::Session;
use crate::{admit, person};
use serde_json::Value;
use std::rc::Rc;
use varde_fhir::{Issue, IssueCode, ResourceType};

/// Stages the consent given as a resource, or finds the one referred to.
pub(super) fn stage(
    session: &mut Session<'_, '_>,
    request: &Appointing,
    person: &str,
) -> Result<Option<Rc<Value>>, Fault> {
    match &request.consent {
        None => Ok(None),
        Some(Part::Reference(reference)) => {
            let stored = participants::visible(session, reference)?.filter(|s| s.key.rtype == ResourceType::Consent);
            let stored = stored.ok_or_else(unknown)?;
            if stored.patient.as_deref() != Some(person) {
                return Err(another_patient());
            }
            session.value(&stored).map(Some)
        }
        Some(Part::Resource(resource)) => {
            let mut consent = resource.clone();
            if consent.get("patient").is_none() {
                set(&mut consent, "patient", request.patient.clone());
            }
            admit::check(session.context, ResourceType::Consent, &consent)?;
            if person::of(session, ResourceType::Consent, &consent)?.as_deref() != Some(person) {
                return Err(another_patient());
            }
            let stored = session.create(ResourceType::Consent, consent)?;
            session.show(&stored);
            session.value(&stored).map(Some)
        }
    }
}

fn another_patient() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::Conflict,
            "consent-of-another",
            "consent gjelder en annen pasient enn patient. Gi samtykket som pasienten selv, eller den som samtykker for pasienten, har gitt.",
            "consent is about another patient than patient. Give the consent of this patient, or of who consents for them.",
        )
        .at("Parameters.parameter.where(name='consent')"),
    )
}

fn unknown() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::NotFound,
            "consent-not-found",
            "consent peker ikke på et Consent du kan se. Gi Consent/{id}, eller selve samtykket som resource.",
            "consent names no Consent you may see. Give Consent/{id}, or the consent itself as a resource.",
        )
        .at("Parameters.parameter.where(name='consent')"),
    )
}
