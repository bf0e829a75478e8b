//! `CareTeam/$appoint`: a unit leader appoints a koordinator, kontaktlege or kontaktpsykolog. Team, journal note, information to
//! the patient, word to the municipality, the answered need and the provenance are written in ONE transaction, or nothing is
//! (`domain.md` §4.2; spesialisthelsetjenesteloven §§ 2-5 a, 2-5 c; guideline 5.1 d–i).

mod consent;
mod made;
mod member;
mod municipality;
mod repeat;
mod request;
mod team;
mod unit;

use super::parameters::Input;
use super::participants;
use super::{letters, records};
use crate::fault::Fault;
use crate::session::{Method, Session};
use crate::{Reply, commit, ownership, person};
use made::{Made, reply};
use request::Appointing;
use serde_json::{Value, json};
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, ResourceKey, ResourceType, view};

/// Appoints, or answers again what was answered to the same business identifier.
pub(crate) fn appoint(session: &mut Session<'_, '_>, input: &Input) -> Result<Reply, Fault> {
    let request = Appointing::read(session.context, input)?;
    let person = patient(session, &request)?;
    session.patients.insert(person.clone());
    if let Some(answered) = repeat::answered(session, &request, &person)? {
        return Ok(answered);
    }

    unit::check(session, &request)?;
    let consent = consent::stage(session, &request, &person)?;
    let member = member::stage(session, &request)?;
    let (team, index) = team::stage(session, &request, &person, member)?;
    let contact = participants::contact(session, &team, index)?;
    let informed = records::informed(session, &person, &request.patient, consent.as_deref())?;

    let mut made = Made { team: key_of(&team), ..Made::default() };
    for recipient in informed {
        let letter = letters::to_patient(&request.role, &contact, &request.start);
        made.communications.push(records::communication(
            session,
            &request.patient,
            &recipient,
            &letter,
            made.team.as_ref(),
        )?);
    }
    municipality::tell(session, &request, &person, &contact, &mut made)?;
    answer_need(session, &request, &person)?;
    let note = letters::appointed(&request.role, &contact, &request.start, request.patient_informed);
    made.note = Some(records::journal_note(session, &request.note(note), &made.related())?);
    records::provenance(session, request.appointed_by.as_ref(), &made.all(), "appoint")?;
    commit::commit(session)?;
    reply(session, &made)
}

/// The person the appointing is for.
fn patient(session: &mut Session<'_, '_>, request: &Appointing) -> Result<String, Fault> {
    let found = person::of_reference(session, &Value::Null, &request.patient, ResourceType::CareTeam, "subject");
    match found {
        Ok(person) => person.ok_or_else(unknown_patient),
        // The caller gave a parameter, not a CareTeam.
        Err(Fault::Unprocessable(issues)) if issues.iter().any(|issue| issue.key == "patient-not-found") => {
            Err(unknown_patient())
        }
        Err(fault) => Err(fault),
    }
}

/// The need that led here is answered: its Task, about the same patient, is completed.
fn answer_need(session: &mut Session<'_, '_>, request: &Appointing, person: &str) -> Result<(), Fault> {
    let Some(reference) = &request.based_on else { return Ok(()) };
    let stored = participants::visible(session, reference)?.ok_or_else(unknown_need)?;
    let mut task = Value::clone(&*session.value(&stored)?);
    if stored.key.rtype != ResourceType::Task || stored.patient.as_deref() != Some(person) {
        return Err(unknown_need());
    }
    if !matches!(view::text(&task, "status"), Some("completed")) {
        records::set(&mut task, "status", json!("completed"));
        records::set(&mut task, "lastModified", json!(instant(session.context.now)));
        ownership::may_change(session, &stored)?;
        session.update(&stored, task, Method::Put)?;
    }
    Ok(())
}

fn key_of(team: &Value) -> Option<ResourceKey> {
    ResourceKey::parse(&format!("CareTeam/{}", view::text(team, "id").unwrap_or_default()))
}

fn unknown_patient() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::NotFound,
            "patient-not-found",
            "patient peker ikke på noen. Gi Patient/{id}, eller identifier med fødselsnummer eller D-nummer.",
            "patient names nobody. Give Patient/{id}, or an identifier with a fødselsnummer or D-nummer.",
        )
        .at("Parameters.parameter.where(name='patient')"),
    )
}

fn unknown_need() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::NotFound,
            "need-not-found",
            "basedOn peker ikke på en Task om denne pasienten som du kan se. Utelat den, eller gi behovsmeldingens Task/{id}.",
            "basedOn names no Task about this patient that you may see. Leave it out, or give the need's Task/{id}.",
        )
        .at("Parameters.parameter.where(name='basedOn')"),
    )
}
