//! Ending a role in a team: the period is closed, the reason kept; the entry stays (rule `closed-period`).

use serde_json::{Value, json};
use varde_fhir::view;

/// The extension that says why a role ended.
const END_REASON: &str = "https://varde.no/fhir/StructureDefinition/end-reason";

/// Closes `CareTeam.participant.period` at `end` (a FHIR dateTime), with the reason.
pub(crate) fn end_role(participant: &mut Value, end: &str, reason: &str) {
    let mut period = participant.get("period").cloned().unwrap_or_else(|| json!({}));
    let mut extensions = view::items(participant, "extension").to_vec();
    // A role that was to end later and ends now has one reason: the one that holds. The history keeps the other.
    extensions.retain(|extension| view::text(extension, "url") != Some(END_REASON));
    extensions.push(json!({ "url": END_REASON, "valueString": reason }));
    if let Some(period) = period.as_object_mut() {
        period.insert("end".to_owned(), end.into());
    }
    if let Some(participant) = participant.as_object_mut() {
        participant.insert("period".to_owned(), period);
        participant.insert("extension".to_owned(), extensions.into());
    }
}
