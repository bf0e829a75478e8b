//! `CarePlan/$plan-status`: for up to 100 patients, is there an active individuell plan, who is responsible, who coordinates.
//! The call municipal IP systems and EPJs make (`domain.md` §6, NHN's plan API). What the caller may not see looks exactly
//! like a patient nobody has heard of.

use super::parameters::{Input, Output, Parts, missing, wrong_type};
use super::participants;
use super::records::is_protected;
use crate::fault::Fault;
use crate::session::{Session, parse_stored};
use crate::{Reply, answer};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use varde_fhir::identifier::is_national_system;
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, ResourceType, terminology, view};
use varde_store::Stored;

/// The most patients of one call.
const MAX_PATIENTS: usize = 100;
/// The extension that holds when a plan is to be revised.
const REVISION_DATE: &str = "https://varde.no/fhir/StructureDefinition/revision-date";

/// The status of each patient, in the order asked.
pub(crate) fn plan_status(session: &mut Session<'_, '_>, input: &Input) -> Result<Reply, Fault> {
    input.only(&["patient"])?;
    let asked = asked(input)?;
    let known = visible_coordination(session, &asked)?;
    let mut output = Output::default();
    for (place, identifier) in asked.iter().enumerate() {
        let mut parts = Parts::default();
        parts.value("identifier", "valueIdentifier", Some(identifier.clone()));
        let theirs: Vec<&(Stored, Value)> =
            known.iter().filter(|(of, _)| *of == place).map(|(_, resource)| resource).collect();
        status(session, &theirs, &mut parts)?;
        output.parts("patient", &parts);
    }
    let body = output.close();
    let mut reply = answer::made(200, &body);
    reply.etag = Some(URL_SAFE_NO_PAD.encode(Sha256::digest(body.to_string())));
    reply.rtype = Some(ResourceType::CarePlan);
    Ok(reply)
}

fn asked(input: &Input) -> Result<Vec<Value>, Fault> {
    let mut asked = Vec::new();
    for (index, parameter) in input.all("patient") {
        let identifier =
            parameter.get("valueIdentifier").ok_or_else(|| wrong_type(index, "patient", "valueIdentifier"))?;
        let national = view::text(identifier, "system").is_some_and(is_national_system);
        if !national || view::text(identifier, "value").is_none() {
            return Err(not_national(index));
        }
        asked.push(identifier.clone());
    }
    if asked.is_empty() {
        return Err(missing("patient", "valueIdentifier"));
    }
    if asked.len() > MAX_PATIENTS {
        return Err(too_many());
    }
    Ok(asked)
}

/// Resources as stored and as read, each with the place of the patient it belongs to.
type Known = Vec<(usize, (Stored, Value))>;

/// What the caller may see of these people's coordination: plans, teams and the patient, each with the place of who was asked
/// about. The number of questions to the database does not depend on how many they are.
fn visible_coordination(session: &mut Session<'_, '_>, asked: &[Value]) -> Result<Known, Fault> {
    let text = |identifier, name| view::text(identifier, name).unwrap_or_default().to_owned();
    let numbers: Vec<(String, String)> =
        asked.iter().map(|identifier| (text(identifier, "system"), text(identifier, "value"))).collect();
    let types = [ResourceType::CarePlan, ResourceType::CareTeam, ResourceType::Patient];
    let view = session.context.view();
    let mut known = Vec::new();
    for (place, stored) in session.store.coordination_by_number(&numbers, &types, &view)? {
        let resource = parse_stored(&stored)?;
        known.push((place, (stored, resource)));
    }
    participants::foresee(session, known.iter().map(|(_, (_, resource))| resource))?;
    Ok(known)
}

fn status(session: &mut Session<'_, '_>, known: &[&(Stored, Value)], parts: &mut Parts) -> Result<(), Fault> {
    let of = |rtype| known.iter().filter(move |(stored, _)| stored.key.rtype == rtype);
    let plans: Vec<&(Stored, Value)> =
        of(ResourceType::CarePlan).filter(|(_, plan)| is_individual_plan(plan)).copied().collect();
    let active = plans.iter().any(|(_, plan)| view::text(plan, "status") == Some("active"));
    parts.value("hasActivePlan", "valueBoolean", Some(active.into()));
    for (stored, plan) in &plans {
        session.show(stored);
        parts.parts("plan", &plan_parts(stored, plan));
    }
    for (stored, team) in of(ResourceType::CareTeam) {
        session.show(stored);
        for koordinator in koordinators(session, team)? {
            parts.parts("koordinator", &koordinator);
        }
    }
    for (stored, patient) in of(ResourceType::Patient) {
        session.show(stored);
        if is_protected(patient) {
            parts.value("addressProtection", "valueCode", Some("protected".into()));
            break;
        }
    }
    Ok(())
}

fn plan_parts(stored: &Stored, plan: &Value) -> Parts {
    let mut parts = Parts::default();
    parts.value("reference", "valueReference", Some(json!({ "reference": stored.key.to_string() })));
    parts.value("status", "valueCode", plan.get("status").cloned());
    parts.value("responsible", "valueReference", plan.get("author").cloned());
    parts.value("lastChanged", "valueInstant", Some(instant(stored.last_updated).into()));
    let revision = view::extension(plan, REVISION_DATE).and_then(|extension| extension.get("valueDate"));
    parts.value("revisionDue", "valueDate", revision.cloned());
    parts
}

/// An individuell plan: category 9602#A02-2, and not part of another plan.
fn is_individual_plan(plan: &Value) -> bool {
    view::has_code(plan, "category", terminology::DOCUMENT, terminology::INDIVIDUELL_PLAN)
        && view::items(plan, "partOf").is_empty()
        && view::text(plan, "status") != Some("entered-in-error")
}

/// Those who hold a koordinator role now: 18 in the specialist service, 8 for the individuell plan.
fn koordinators(session: &mut Session<'_, '_>, team: &Value) -> Result<Vec<Parts>, Fault> {
    let mut found = Vec::new();
    if !matches!(view::text(team, "status"), None | Some("active")) {
        return Ok(found);
    }
    for (index, participant) in view::items(team, "participant").iter().enumerate() {
        let role = [terminology::KOORDINATOR, "8"]
            .into_iter()
            .find(|code| view::has_code(participant, "role", terminology::ROLE, code));
        let (Some(role), true) = (role, view::term(participant.get("period")).covers(session.context.now)) else {
            continue;
        };
        let contact = participants::contact(session, team, index)?;
        let mut parts = Parts::default();
        let coding = terminology::coding(terminology::ROLE, role, session.context.language);
        parts.value("role", "valueCoding", Some(coding));
        for (name, text) in [("name", contact.name), ("title", contact.title), ("phone", contact.phone)] {
            parts.value(name, "valueString", (!text.is_empty()).then(|| text.into()));
        }
        parts.value("organization", "valueReference", participant.get("onBehalfOf").cloned());
        let since = participant.get("period").and_then(|period| period.get("start")).cloned();
        parts.value("since", "valueDateTime", since);
        found.push(parts);
    }
    Ok(found)
}

fn not_national(index: usize) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Value,
            "national-number-required",
            "patient skal være en Identifier med fødselsnummer, D-nummer eller felles hjelpenummer (system og value).",
            "patient is an Identifier with a fødselsnummer, D-nummer or felles hjelpenummer (system and value).",
        )
        .at(format!("Parameters.parameter[{index}].value")),
    )
}

fn too_many() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::TooCostly,
            "too-many",
            format!("Høyst {MAX_PATIENTS} pasienter i ett kall. Del opp."),
            format!("At most {MAX_PATIENTS} patients in one call. Split it."),
        )
        .at("Parameters.parameter"),
    )
}
