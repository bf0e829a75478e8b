//! `CareTeam/{id}/$end-appointment`: ends a role with a reason. The period is closed, never removed; the journal note, the
//! information to the patient and the provenance are written with it (`domain.md` §4.6; guideline 5.1 i).

use super::parameters::{Input, Output};
use super::records::Note;
use super::{letters, participants, records};
use crate::fault::Fault;
use crate::interactions::read::found;
use crate::interactions::update::precondition;
use crate::session::{Method, Session};
use crate::{Guard, Reply, answer, commit, ownership};
use serde_json::Value;
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, ResourceKey, terminology, view};
use varde_store::Stored;

/// Ends the role and answers the team and the journal note.
pub(crate) fn end_appointment(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    input: &Input,
    guard: &Guard,
) -> Result<Reply, Fault> {
    let role = role(input.required("role", "valueCoding")?)?;
    let member = input.required("member", "valueReference")?;
    let reason = input.required("reason", "valueString")?.as_str().unwrap_or_default();
    let end = input.text("end", "valueDateTime")?.map_or_else(|| instant(session.context.now), str::to_owned);

    let before = found(session, key)?;
    if guard.if_match.is_some() {
        precondition(key, &before, guard)?;
    }
    ownership::may_change(session, &before)?;
    let mut team = Value::clone(&*session.value(&before)?);
    let index = participants::find(session, &team, &role, member)?;
    let contact = participants::contact(session, &team, index)?;
    participants::end(&mut team, index, &end, reason);
    let patient = team.get("subject").cloned().unwrap_or_default();
    let stored = session.update(&before, team, Method::Put)?;

    let mut made = vec![stored.key.clone()];
    for recipient in recipients(session, &before, &patient)? {
        let letter = letters::ended_to_patient(&role, &end);
        made.push(records::communication(session, &patient, &recipient, &letter, Some(key))?);
    }
    let text = letters::ended(&role, &contact, &end, reason);
    let note = Note { text, role, patient, author: None, identifier: None };
    let note = records::journal_note(session, &note, &made)?;
    made.push(note.clone());
    records::provenance(session, None, &made, "end-appointment")?;
    commit::commit(session)?;
    reply(session, key, &note)
}

fn recipients(session: &mut Session<'_, '_>, team: &Stored, patient: &Value) -> Result<Vec<Value>, Fault> {
    match &team.patient {
        Some(person) => {
            let person = person.clone();
            records::informed(session, &person, patient, None)
        }
        None => Ok(vec![patient.clone()]),
    }
}

fn reply(session: &mut Session<'_, '_>, team: &ResourceKey, note: &ResourceKey) -> Result<Reply, Fault> {
    let mut output = Output::default();
    let team = found(session, team)?;
    session.show(&team);
    output.resource("return", &*session.value(&team)?);
    let note = found(session, note)?;
    session.show(&note);
    output.resource("journalNote", &*session.value(&note)?);
    Ok(answer::operated(session.context, Some(&team), output.close(), &session.warnings))
}

fn role(coding: &Value) -> Result<String, Fault> {
    match (view::text(coding, "system"), view::text(coding, "code")) {
        (Some(terminology::ROLE), Some(code)) => Ok(code.to_owned()),
        _ => Err(Fault::invalid(
            Issue::error(
                IssueCode::CodeInvalid,
                "role-code",
                "role skal være en kode i urn:oid:2.16.578.1.12.4.1.1.9034, for eksempel 18.",
                "role is a code of urn:oid:2.16.578.1.12.4.1.1.9034, for example 18.",
            )
            .at("Parameters.parameter.where(name='role').value"),
        )),
    }
}
