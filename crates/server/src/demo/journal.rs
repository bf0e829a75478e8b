//! The journal note: the EPJ fetches it and files it in the patient's journal.

use super::call::Call;
use super::cast::EPJ;
use super::misstep::Misstep;
use super::stage::Stage;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use varde_fhir::terminology::{DOCUMENT, JOURNAL_NOTE};

/// Reads the note the appointment wrote and prints its text.
pub(super) fn read(stage: &mut Stage, note: &Value) -> Result<(), Misstep> {
    stage.teller.chapter("The journal note, as the EPJ files it (9602 B02-2)")?;
    let id = note.get("id").and_then(Value::as_str).unwrap_or_default();
    let path = format!("DocumentReference/{id}");
    let answer = stage.play(&Call::get(EPJ, &path), 200, |answer| answer.key().unwrap_or_default())?;
    let is_note =
        answer.text("/type/coding/0/system")? == DOCUMENT && answer.text("/type/coding/0/code")? == JOURNAL_NOTE;
    if !is_note {
        return Err(answer.unexpected("the document is no journal note (9602 B02-2)"));
    }
    let bytes = STANDARD.decode(answer.text("/content/0/attachment/data")?).unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    for told in ["Koordinella", "+47 55 00 00 18"] {
        if !text.contains(told) {
            return Err(answer.unexpected("the note does not tell the koordinator's name and telephone"));
        }
    }
    stage.teller.say(&text)?;
    Ok(())
}
