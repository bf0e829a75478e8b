//! Clears the stage, through the API like everything else: ends what an earlier run, perhaps one that died half-way, left
//! active. What is ended stays in the history; nothing is deleted.

use super::call::Call;
use super::cast::{BERGEN_KOMMUNE, EPJ, HELSE_BERGEN, MUNICIPALITY, PATIENT};
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::{Value, json};
use varde_fhir::identifier::FNR;
use varde_fhir::terminology::{KONTAKTLEGE, KONTAKTPSYKOLOG, KOORDINATOR, ROLE};

/// Ends active appointments, plans, consents and needs of the patient that belong to the two organisations of the story.
/// Returns how many there were.
pub(super) fn clear(stage: &mut Stage) -> Result<usize, Misstep> {
    let mut cleared = end_appointments(stage)?;
    for (persona, rtype, status, to, owner) in [
        (MUNICIPALITY, "CarePlan", "active", "completed", ("/author/identifier/value", BERGEN_KOMMUNE)),
        (MUNICIPALITY, "Task", "requested,received,accepted,in-progress", "completed", ("", "")),
        (EPJ, "CarePlan", "active", "completed", ("/author/identifier/value", HELSE_BERGEN)),
        (
            EPJ,
            "Task",
            "requested,received,accepted,in-progress",
            "cancelled",
            ("/requester/identifier/value", HELSE_BERGEN),
        ),
        (MUNICIPALITY, "Consent", "active", "inactive", ("/organization/0/identifier/value", BERGEN_KOMMUNE)),
        (EPJ, "Consent", "active", "inactive", ("/organization/0/identifier/value", HELSE_BERGEN)),
    ] {
        for mut resource in of_patient(stage, persona, rtype, status)? {
            let (pointer, number) = owner;
            if number.is_empty() || resource.pointer(pointer).and_then(Value::as_str) == Some(number) {
                settle(stage, persona, &mut resource, to)?;
                cleared += 1;
            }
        }
    }
    Ok(cleared)
}

/// The patient's resources of a type and status that the persona sees.
pub(super) fn of_patient(
    stage: &mut Stage,
    persona: &'static str,
    rtype: &str,
    status: &str,
) -> Result<Vec<Value>, Misstep> {
    let patient = format!("{FNR}|{PATIENT}");
    let path = format!("{rtype}/_search");
    let form = [("patient:identifier", patient.as_str()), ("status", status), ("_count", "200")];
    Ok(stage.send(&Call::search(persona, &path, &form))?.expect(200)?.matches())
}

/// Writes the resource with another status, naming the version it was read at (`If-Match`).
pub(super) fn settle(
    stage: &mut Stage,
    persona: &'static str,
    resource: &mut Value,
    status: &str,
) -> Result<(), Misstep> {
    let part = |pointer: &str| resource.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let path = format!("{}/{}", part("/resourceType"), part("/id"));
    let version = format!("W/\"{}\"", part("/meta/versionId"));
    if let Some(object) = resource.as_object_mut() {
        object.insert("status".to_owned(), json!(status));
    }
    stage.send(&Call::put(persona, &path, resource, &version))?.expect(200)?;
    Ok(())
}

fn end_appointments(stage: &mut Stage) -> Result<usize, Misstep> {
    let mut ended = 0;
    for team in of_patient(stage, EPJ, "CareTeam", "active")? {
        let managed = team.pointer("/managingOrganization/0/identifier/value").and_then(Value::as_str);
        let id = team.get("id").and_then(Value::as_str).unwrap_or_default();
        if managed.is_some_and(|number| number != HELSE_BERGEN) {
            continue;
        }
        for participant in team.get("participant").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() {
            let Some((role, member)) = active_role(participant) else { continue };
            let body = json!({ "resourceType": "Parameters", "parameter": [
                { "name": "role", "valueCoding": { "system": ROLE, "code": role } },
                { "name": "member", "valueReference": member },
                { "name": "reason", "valueString": "Rydding etter en tidligere demonstrasjon" },
            ]});
            let path = format!("CareTeam/{id}/$end-appointment");
            stage.send(&Call::post(EPJ, &path, &body))?.expect(200)?;
            ended += 1;
        }
    }
    Ok(ended)
}

/// The role (18, 19 or 20) and member of a participant whose period has no end.
fn active_role(participant: &Value) -> Option<(&str, &Value)> {
    if participant.pointer("/period/end").is_some() {
        return None;
    }
    let roles = participant.get("role")?.as_array()?.iter();
    let codings = roles.filter_map(|role| role.get("coding")?.as_array()).flatten();
    let code = codings
        .filter(|coding| coding.get("system").and_then(Value::as_str) == Some(ROLE))
        .filter_map(|coding| coding.get("code")?.as_str())
        .find(|code| [KOORDINATOR, KONTAKTLEGE, KONTAKTPSYKOLOG].contains(code))?;
    Some((code, participant.get("member")?))
}
