//! What a receiver is told: a FHIR `Parameters` <https://hl7.org/fhir/R4/parameters.html> with what happened, to which
//! resource, and when. No patient, no name, no content: those who may see the resource read it.

use serde_json::{Value, json};
use varde_fhir::identifier::ENH;
use varde_fhir::time::instant;
use varde_store::Leased;

/// A message ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The id of the event: the same at every attempt.
    pub(crate) event: String,
    /// The body.
    pub(crate) body: Value,
}

/// The message about an event, from the server with this base URL.
pub(crate) fn about(leased: &Leased, base: &str) -> Message {
    let event = format!("{}-{}", leased.id, leased.event.at);
    let focus = format!("{}/{}", base.trim_end_matches('/'), leased.event.focus);
    let body = json!({
        "resourceType": "Parameters",
        "parameter": [
            { "name": "event", "valueString": event },
            { "name": "kind", "valueCode": leased.event.kind },
            { "name": "focus", "valueReference": { "reference": focus } },
            { "name": "occurred", "valueInstant": instant(leased.event.at) },
            { "name": "receiver", "valueIdentifier": { "system": ENH, "value": leased.event.organisation } },
        ],
    });
    Message { event, body }
}
