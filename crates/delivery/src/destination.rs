//! Where an organisation wants to be told: `Organization` (by organisation number) → `endpoint` → an active `Endpoint` of
//! the kind `hl7-fhir-rest` <https://hl7.org/fhir/R4/endpoint.html>.
//!
//! Several tenants may each have written an Organization with the same number. What counts is who registered the
//! *Endpoint*: the organisation itself or a trusted registrar. Anybody else could send another's messages to himself.

use crate::Settings;
use serde_json::Value;
use varde_fhir::identifier::ENH;
use varde_fhir::{Micros, Reference, ResourceType, view};
use varde_store::{Session, StoreError, Stored};

const CONNECTION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/endpoint-connection-type";

/// The address that the organisation has registered; `None` when it has none: it pulls.
pub(crate) fn find(
    session: &mut Session<'_>,
    organisation: &str,
    now: Micros,
    settings: &Settings,
) -> Result<Option<String>, StoreError> {
    for stored in session.by_identifier(ResourceType::Organization, ENH, organisation)? {
        let Some(entry) = json(&stored) else { continue };
        for reference in view::items(&entry, "endpoint") {
            let reference = Reference::of(reference, &settings.base);
            let Some(key) =
                reference.as_ref().and_then(Reference::key).filter(|key| key.rtype == ResourceType::Endpoint)
            else {
                continue;
            };
            let endpoint = session.get(key)?.filter(|endpoint| trusted(endpoint, organisation, settings));
            if let Some(address) = endpoint.as_ref().and_then(json).as_ref().and_then(|e| usable(e, now)) {
                return Ok(Some(address));
            }
        }
    }
    Ok(None)
}

fn trusted(endpoint: &Stored, organisation: &str, settings: &Settings) -> bool {
    let by = endpoint.owner.as_deref();
    !endpoint.deleted && by.is_some_and(|owner| owner == organisation || settings.registrars.contains(owner))
}

/// The address of an Endpoint that is in use.
fn usable(endpoint: &Value, now: Micros) -> Option<String> {
    let kind = endpoint.get("connectionType")?;
    let rest = view::text(kind, "system") == Some(CONNECTION_TYPE) && view::text(kind, "code") == Some("hl7-fhir-rest");
    let active = view::text(endpoint, "status") == Some("active") && view::term(endpoint.get("period")).covers(now);
    (rest && active).then(|| view::text(endpoint, "address").map(str::to_owned))?
}

fn json(stored: &Stored) -> Option<Value> {
    serde_json::from_slice(&stored.body).ok()
}
