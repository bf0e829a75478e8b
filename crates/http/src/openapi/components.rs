//! `components` apart from the schemas: parameters, headers, shared answers, examples, security schemes.

use super::options::Options;
use super::{parameters, responses, security};
use crate::examples;
use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::{Components, ComponentsBuilder};
use varde_fhir::registry::served_types;

/// An id and an instant as the server makes them.
const ID: &str = "01982f6e-7a3c-7d10-8f00-000000000001";
const INSTANT: &str = "2026-11-23T08:15:30.123Z";

/// Everything that paths refer to; what they do not is left out afterwards.
pub(super) fn all(options: &Options) -> Components {
    let mut components = ComponentsBuilder::new();
    for (name, scheme) in security::schemes(options) {
        components = components.security_scheme(name, scheme);
    }
    for (name, parameter) in parameters::components() {
        components = components.parameter(name, parameter);
    }
    for (name, header) in responses::headers() {
        components = components.header(name, header);
    }
    for (name, response) in responses::components() {
        components = components.response(name, response);
    }
    for (name, example) in responses::refusal_examples() {
        components = components.example(name, RefOr::T(example));
    }
    let mut example = |name: String, summary: &str, value: Value| {
        let made = ExampleBuilder::new().summary(summary).value(Some(value));
        components = std::mem::take(&mut components).example(name, made);
    };
    for (name, summary, value) in main_job().into_iter().chain(service(options)) {
        example(name.to_owned(), summary, value);
    }
    for row in served_types() {
        let name = row.rtype.as_str();
        let plain = examples::value(examples::resource(row.rtype));
        let stored = stored(&plain);
        example(format!("create{name}"), "As a client sends it", plain);
        example(format!("search{name}"), "One match", searchset(name, &stored));
        example(format!("history{name}"), "One version", history(name, &stored));
        example(format!("stored{name}"), "As the server answers it", stored);
    }
    components.build()
}

fn main_job() -> Vec<(&'static str, &'static str, Value)> {
    let of = |name, summary, text| (name, summary, examples::value(text));
    vec![
        ("done", "Done", done()),
        of("appoint", "A koordinator, everything inline: works on an empty server", examples::APPOINT),
        of("appointKontaktlege", "A kontaktlege: no consent needed", examples::APPOINT_KONTAKTLEGE),
        of("appointResponse", "Team, journal note, information to the patient", examples::APPOINT_RESPONSE),
        of("endAppointment", "The koordinator of the first example", examples::END_APPOINTMENT),
        of("endAppointmentResponse", "The role has ended", examples::END_APPOINTMENT_RESPONSE),
        of("planStatus", "One patient", examples::PLAN_STATUS),
        of("planStatusResponse", "An active plan and a koordinator", examples::PLAN_STATUS_RESPONSE),
        of("transaction", "Two creates, one of them conditional", examples::TRANSACTION),
        of("transactionResponse", "Both were created", examples::TRANSACTION_RESPONSE),
    ]
}

/// The answer to `return=OperationOutcome`.
fn done() -> Value {
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{
            "severity": "information", "code": "informational",
            "details": {
                "coding": [{ "system": "https://varde.no/fhir/CodeSystem/varde-message", "code": "done" }],
                "text": "Utført.",
            },
        }],
    })
}

fn service(options: &Options) -> Vec<(&'static str, &'static str, Value)> {
    let issuer = "https://helseid-sts.nhn.no";
    let capabilities = json!({
        "resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-23", "kind": "instance",
        "implementation": { "description": "Varde", "url": "https://varde.example.no/fhir" },
        "fhirVersion": "4.0.1", "format": ["application/fhir+json"],
        "rest": [{ "mode": "server", "resource": [{ "type": "CareTeam", "interaction": [{ "code": "read" }] }] }],
    });
    let smart = json!({
        "issuer": issuer, "token_endpoint": format!("{issuer}/connect/token"),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": ["system/CareTeam.cruds", format!("{}appoint", options.scope_prefix)],
        "capabilities": ["permission-v2"],
    });
    let token = json!({ "access_token": "eyJ…", "token_type": "Bearer", "expires_in": 3600, "scope": "system/*.cruds varde:appoint" });
    let patch = json!({ "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": [
        { "name": "type", "valueCode": "replace" },
        { "name": "path", "valueString": "CareTeam.status" },
        { "name": "value", "valueCode": "inactive" },
    ] }] });
    vec![
        ("fhirpathPatch", "A status changed", patch),
        ("capabilities", "Shortened", capabilities),
        ("smartConfiguration", "HelseID", smart),
        ("live", "Alive", json!({ "status": "up" })),
        ("ready", "Ready", json!({ "status": "ready" })),
        ("notReady", "The database does not answer", json!({ "status": "not ready" })),
        ("token", "A token", token),
        (
            "tokenError",
            "Unknown persona",
            json!({ "error": "invalid_client", "error_description": "There is no such persona." }),
        ),
    ]
}

/// The resource with the id and `meta` that the server puts in.
fn stored(plain: &Value) -> Value {
    let mut whole = Map::new();
    for (name, value) in plain.as_object().into_iter().flatten() {
        whole.insert(name.clone(), value.clone());
        if name == "resourceType" {
            whole.insert("id".to_owned(), json!(ID));
            whole.insert("meta".to_owned(), json!({ "versionId": "1", "lastUpdated": INSTANT }));
        }
    }
    Value::Object(whole)
}

fn searchset(name: &str, stored: &Value) -> Value {
    let base = "https://varde.example.no/fhir";
    json!({
        "resourceType": "Bundle", "type": "searchset",
        "link": [{ "relation": "self", "url": format!("{base}/{name}?_count=50") }],
        "entry": [{ "fullUrl": format!("{base}/{name}/{ID}"), "resource": stored, "search": { "mode": "match" } }],
    })
}

fn history(name: &str, stored: &Value) -> Value {
    let base = "https://varde.example.no/fhir";
    json!({
        "resourceType": "Bundle", "type": "history",
        "link": [{ "relation": "self", "url": format!("{base}/{name}/{ID}/_history?_count=50") }],
        "entry": [{
            "fullUrl": format!("{base}/{name}/{ID}"), "resource": stored,
            "request": { "method": "POST", "url": name },
            "response": { "status": "201", "etag": "W/\"1\"", "lastModified": INSTANT },
        }],
    })
}
