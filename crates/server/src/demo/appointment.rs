//! The appointment (*oppnevning*), and its end. One call each; everything or nothing.

use super::call::{Answer, Call};
use super::cast::{EPJ, HAUKELAND, KOORDINATOR, LEADER, SECOND, coding, organisation, patient, practitioner};
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::{Value, json};
use varde_fhir::terminology::{self, CRITERIA, ROLE};

/// What an appointment left behind.
pub(super) struct Appointed {
    /// `CareTeam/id`.
    pub(super) team: String,
    /// The journal note, as the EPJ files it.
    pub(super) journal_note: Value,
    /// `Task/id` of the Tasks to others.
    pub(super) tasks: Vec<String>,
}

/// The unit leader appoints the koordinator, with the patient.
pub(super) fn appoint(stage: &mut Stage, need: &str, consent: &str) -> Result<Appointed, Misstep> {
    stage.teller.chapter("Appointment: Koordinella Eksempelsen becomes koordinator, in one transaction")?;
    let body = request(stage, "appointment", KOORDINATOR, Some(need), consent);
    let answer = stage.play(&Call::post(EPJ, "CareTeam/$appoint", &body), 200, |answer| {
        let count = |name| answer.parameters(name).count();
        let team = answer.resource("return").ok().and_then(|team| key(&team)).unwrap_or_default();
        format!(
            "{team}; journal notes {}, messages {}, tasks {}",
            count("journalNote"),
            count("communication"),
            count("task")
        )
    })?;
    let appointed = outcome(&answer)?;
    let need = stage.play(&Call::get(EPJ, need), 200, |answer| {
        format!("the need is {}", answer.text("/status").unwrap_or_default())
    })?;
    if need.text("/status")? != "completed" {
        return Err(need.unexpected("the appointment did not complete the need it is based on"));
    }
    Ok(appointed)
}

/// A second koordinator beside the first is refused, and nothing is stored.
pub(super) fn refuse_second(stage: &mut Stage, consent: &str, team: &str) -> Result<(), Misstep> {
    stage.teller.chapter("A second koordinator in the same trust is refused (rule one-koordinator)")?;
    let before = stage.send(&Call::get(EPJ, team))?.expect(200)?;
    let body = request(stage, "second-appointment", SECOND, None, consent);
    let answer = stage.play(&Call::post(EPJ, "CareTeam/$appoint", &body), 422, Answer::outcome)?;
    if !answer.codes().contains(&"one-koordinator") {
        return Err(answer.unexpected("refused, but not by the rule one-koordinator"));
    }
    let after = stage.play(&Call::get(EPJ, team), 200, |answer| {
        format!("the team is at version {}, as before", answer.text("/meta/versionId").unwrap_or_default())
    })?;
    if before.body == after.body { Ok(()) } else { Err(after.unexpected("the refused appointment changed the team")) }
}

/// Ends the appointment, with the reason.
pub(super) fn end(stage: &mut Stage, team: &str) -> Result<(), Misstep> {
    stage.teller.chapter("End of the appointment, with the reason; the role stays in the team's history")?;
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "role", "valueCoding": coding(ROLE, terminology::KOORDINATOR) },
        { "name": "member", "valueReference": practitioner(KOORDINATOR) },
        { "name": "reason", "valueString": "Forløpet i spesialisthelsetjenesten er avsluttet" },
    ]});
    let path = format!("{team}/$end-appointment");
    let answer = stage.play(&Call::post(EPJ, &path, &body), 200, |answer| {
        let team = answer.resource("return").unwrap_or_default();
        format!("{}; the role ended {}", key(&team).unwrap_or_default(), ends(&team).last().map_or("never", |end| end))
    })?;
    let team = answer.resource("return")?;
    answer.resource("journalNote")?;
    let participants = team.get("participant").and_then(Value::as_array).map_or(0, Vec::len);
    if participants > 0 && ends(&team).len() == participants {
        return Ok(());
    }
    Err(answer.unexpected("a participant of the team still has no end"))
}

fn request(stage: &Stage, what: &str, member: &str, need: Option<&str>, consent: &str) -> Value {
    let criteria = |code| json!({ "name": "criteria", "valueCoding": coding(CRITERIA, code) });
    let mut body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "identifier", "valueIdentifier": stage.identifier(what) },
        { "name": "role", "valueCoding": coding(ROLE, terminology::KOORDINATOR) },
        { "name": "patient", "valueReference": patient() },
        { "name": "member", "valueReference": practitioner(member) },
        { "name": "unit", "valueReference": organisation(HAUKELAND) },
        { "name": "consent", "valueReference": { "reference": consent } },
        { "name": "appointedBy", "valueReference": practitioner(LEADER) },
        { "name": "patientInformed", "valueBoolean": true },
        criteria("kompleks"),
        criteria("langvarig"),
        criteria("koordinert"),
    ]});
    let based_on = need.map(|need| json!({ "name": "basedOn", "valueReference": { "reference": need } }));
    if let Some(parameters) = body.get_mut("parameter").and_then(Value::as_array_mut) {
        parameters.extend(based_on);
    }
    body
}

fn outcome(answer: &Answer) -> Result<Appointed, Misstep> {
    let team = key(&answer.resource("return")?).ok_or_else(|| answer.unexpected("return is no resource"))?;
    let tasks: Vec<String> = answer.parameters("task").filter_map(|task| key(task.get("resource")?)).collect();
    if tasks.is_empty() {
        return Err(answer.unexpected("no Task to the home municipality, though the patient consented and lives there"));
    }
    if answer.parameters("communication").next().is_none() {
        return Err(answer.unexpected("no Communication to the patient"));
    }
    Ok(Appointed { team, journal_note: answer.resource("journalNote")?, tasks })
}

fn key(resource: &Value) -> Option<String> {
    Some(format!("{}/{}", resource.get("resourceType")?.as_str()?, resource.get("id")?.as_str()?))
}

fn ends(team: &Value) -> Vec<&str> {
    let participants = team.get("participant").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    participants.iter().filter_map(|participant| participant.pointer("/period/end")?.as_str()).collect()
}
