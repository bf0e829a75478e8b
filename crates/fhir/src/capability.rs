//! The `CapabilityStatement` <https://hl7.org/fhir/R4/capabilitystatement.html>, computed from the registry: what stands in
//! it works, and what works stands in it.

mod actors;
mod resource;

use crate::registry::parameters::EVERY_TYPE;
use crate::registry::{SYSTEM, SearchParam, conformance_types, search_params, served_types};
use serde_json::{Value, json};

/// Where tokens come from, for `rest.security`.
#[derive(Clone, Copy, Debug)]
pub struct Security<'a> {
    /// The issuer whose access tokens are accepted.
    pub issuer: &'a str,
    /// Its token endpoint, when it is known.
    pub token_endpoint: Option<&'a str>,
}

/// The statement of this server. `base` is its FHIR base URL, `version` the software's, `date` (a FHIR `dateTime`) that of
/// the last change of what it offers.
#[must_use]
pub fn statement(base: &str, version: &str, date: &str, security: Security<'_>) -> Value {
    let stored = served_types().iter().filter(|row| !row.interactions.is_empty()).map(resource::resource);
    let resources: Vec<Value> = stored.chain(conformance_types().iter().map(resource::published)).collect();
    let mut statement = json!({
        "resourceType": "CapabilityStatement",
        "id": "varde",
        "url": format!("{base}/metadata"),
        "version": version,
        "name": "Varde",
        "title": "Varde: statutory care coordination",
        "status": "active",
        "date": date,
        "publisher": "Varde",
        "description": DESCRIPTION,
        "kind": "instance",
        "software": { "name": "Varde", "version": version },
        "implementation": { "description": "Varde: coordinators, contact doctors and individual plans", "url": base },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "application/json"],
        "patchFormat": PATCH_FORMATS,
        "rest": [{
            "mode": "server",
            "documentation": REST,
            "security": rest_security(security),
            "resource": resources,
            "interaction": SYSTEM.map(|code| json!({ "code": code })),
            "searchParam": every_type().iter().map(resource::search_param).collect::<Vec<_>>(),
            "compartment": ["http://hl7.org/fhir/CompartmentDefinition/patient"],
        }],
    });
    let actors = actors::instantiated();
    if let (false, Some(statement)) = (actors.is_empty(), statement.as_object_mut()) {
        statement.insert("instantiates".to_owned(), actors.into());
    }
    statement
}

/// The media types of a PATCH: `CapabilityStatement.patchFormat`, and the header `Accept-Patch` (RFC 5789 §3.1).
pub const PATCH_FORMATS: [&str; 3] = ["application/json-patch+json", "application/fhir+json", "application/json"];

const DESCRIPTION: &str = "Who is koordinator, kontaktlege or kontaktpsykolog for a patient, on what consent, since when; whether there is \
    an individual plan, and who leads it (Norwegian statutory care coordination).";

/// The parameters of a search of the whole system: those of every type.
fn every_type() -> &'static [SearchParam] {
    let params = served_types().first().map_or(&[][..], |row| search_params(row.rtype));
    params.get(..EVERY_TYPE).unwrap_or(params)
}

const REST: &str = "A national identity number never stands in a URL: search by POST [type]/_search. Unknown search parameters are \
    refused unless Prefer: handling=lenient. Dates without an offset are read in Europe/Oslo. \
    What writes takes Idempotency-Key: sent again within 24 hours, the same request is done once and answered again. \
    Prefer: return= is heeded on everything that writes, and Preference-Applied says so. \
    Every error is an OperationOutcome with a stable code in details.coding, in Norwegian or English by Accept-Language. Bodies are \
    validated against FHIR R4 and against the profiles of ours that they claim.";

/// OAuth 2.0 access tokens; the endpoint as SMART on FHIR announces it
/// <https://hl7.org/fhir/smart-app-launch/1.0.0/conformance/index.html>.
fn rest_security(security: Security<'_>) -> Value {
    let mut stated = json!({
        "service": [{ "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
            "code": "OAuth",
        }] }],
        "description": format!("Access tokens of {} in the Authorization header; /metadata needs none.", security.issuer),
    });
    if let (Some(token), Some(object)) = (security.token_endpoint, stated.as_object_mut()) {
        object.insert(
            "extension".to_owned(),
            json!([{
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [{ "url": "token", "valueUri": token }],
            }]),
        );
    }
    stated
}

#[cfg(test)]
mod tests;
