//! `CarePlan/$plan-status`: for up to 100 patients, is there an active individuell plan, who is responsible, who coordinates.
//! The call municipal IP systems and EPJs make (`domain.md` §6, NHN's plan API). What the caller may not see looks exactly
//! like a patient nobody has heard of.

use super::parameters::{Input, Output, Parts, missing, wrong_type};
use super::participants;
use super::records::{is_protected, may_be_protected};
use crate::commit;
use crate::fault::Fault;
use crate::session::{Session, parse_stored};
use crate::some_members::some_members;
use crate::{Reply, answer};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::rc::Rc;
use varde_fhir::identifier::is_national_system;
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, ResourceType, terminology, view};
use varde_rules::MemberRef;
use varde_store::Stored;

/// The most patients of one call.
const MAX_PATIENTS: usize = 100;
/// The extension that holds when a plan is to be revised.
const REVISION_DATE: &str = "https://varde.no/fhir/StructureDefinition/revision-date";
/// What is looked at of a team, by the rules about whom it names too.
const OF_TEAM: &[&str] = &["resourceType", "status", "participant", "contained"];
/// What is looked at of a plan.
const OF_PLAN: &[&str] = &["status", "category", "partOf", "author", "extension"];

/// The status of each patient, in the order asked.
pub(crate) fn plan_status(session: &mut Session<'_, '_>, input: &Input) -> Result<Reply, Fault> {
    let asked = asked(input)?;
    let Coordination { known, people } = visible_coordination(session, &asked)?;
    let mut known = known.into_iter().peekable();
    let mut output = Output::default();
    for (place, identifier) in asked.into_iter().enumerate() {
        let mut parts = Parts::default();
        parts.value("identifier", "valueIdentifier", Some(identifier));
        let theirs: Vec<Known> = std::iter::from_fn(|| known.next_if(|known| known.place == place)).collect();
        status(session, &theirs, &people, &mut parts)?;
        output.parts("patient", &parts);
    }
    let body = output.close();
    let etag = URL_SAFE_NO_PAD.encode(Sha256::digest(&body));
    let mut reply = answer::made(200, body);
    reply.etag = Some(etag);
    reply.rtype = Some(ResourceType::CarePlan);
    Ok(reply)
}

fn asked(input: &Input) -> Result<Vec<&Value>, Fault> {
    let mut asked = Vec::new();
    for (index, parameter) in input.all("patient") {
        let identifier =
            parameter.get("valueIdentifier").ok_or_else(|| wrong_type(index, "patient", "valueIdentifier"))?;
        let national = view::text(identifier, "system").is_some_and(is_national_system);
        if !national || view::text(identifier, "value").is_none() {
            return Err(not_national(index));
        }
        asked.push(identifier);
    }
    if asked.is_empty() {
        return Err(missing("patient", "valueIdentifier"));
    }
    if asked.len() > MAX_PATIENTS {
        return Err(too_many());
    }
    Ok(asked)
}

/// A resource of somebody who was asked about.
struct Known {
    /// The place of the patient it belongs to.
    place: usize,
    stored: Stored,
    /// A team as read: all teams are looked at before the first is told of. The others are read when their turn comes.
    team: Option<Value>,
}

/// What the caller may see of some people's coordination, and whom their teams name.
struct Coordination {
    known: Vec<Known>,
    people: BTreeMap<MemberRef, Rc<Value>>,
}

/// What the caller may see of these people's coordination: plans, teams and the patient. The number of questions to the database
/// does not depend on how many they are.
fn visible_coordination(session: &mut Session<'_, '_>, asked: &[&Value]) -> Result<Coordination, Fault> {
    let text = |identifier, name| view::text(identifier, name).unwrap_or_default().to_owned();
    let numbers: Vec<(String, String)> =
        asked.iter().map(|identifier| (text(identifier, "system"), text(identifier, "value"))).collect();
    let types = [ResourceType::CarePlan, ResourceType::CareTeam, ResourceType::Patient];
    let view = session.context.view();
    let mut known = Vec::new();
    for (place, stored) in session.store.coordination_by_number(&numbers, &types, &view)? {
        let is_team = stored.key.rtype == ResourceType::CareTeam;
        let team = is_team.then(|| some_members(&stored, OF_TEAM)).transpose()?;
        known.push(Known { place, stored, team });
    }
    let people = commit::people(session, known.iter().filter_map(|known| known.team.as_ref()))?;
    Ok(Coordination { known, people })
}

fn status(
    session: &mut Session<'_, '_>,
    theirs: &[Known],
    people: &BTreeMap<MemberRef, Rc<Value>>,
    parts: &mut Parts,
) -> Result<(), Fault> {
    let of = |rtype| theirs.iter().map(|known| &known.stored).filter(move |stored| stored.key.rtype == rtype);
    let mut plans = Vec::new();
    for stored in of(ResourceType::CarePlan) {
        let plan = some_members(stored, OF_PLAN)?;
        if is_individual_plan(&plan) {
            plans.push((stored, plan));
        }
    }
    let active = plans.iter().any(|(_, plan)| view::text(plan, "status") == Some("active"));
    parts.value("hasActivePlan", "valueBoolean", Some(active));
    for (stored, plan) in &plans {
        session.show(stored);
        parts.parts("plan", &plan_parts(stored, plan));
    }
    for Known { stored, team, .. } in theirs {
        let Some(team) = team else { continue };
        session.show(stored);
        for koordinator in koordinators(session, people, team) {
            parts.parts("koordinator", &koordinator);
        }
    }
    for stored in of(ResourceType::Patient) {
        session.show(stored);
        if may_be_protected(&stored.body) && is_protected(&parse_stored(stored)?) {
            parts.value("addressProtection", "valueCode", Some("protected"));
            break;
        }
    }
    Ok(())
}

fn plan_parts(stored: &Stored, plan: &Value) -> Parts {
    let mut parts = Parts::default();
    parts.value("reference", "valueReference", Some(json!({ "reference": stored.key.to_string() })));
    parts.value("status", "valueCode", plan.get("status"));
    parts.value("responsible", "valueReference", plan.get("author"));
    parts.value("lastChanged", "valueInstant", Some(instant(stored.last_updated)));
    let revision = view::extension(plan, REVISION_DATE).and_then(|extension| extension.get("valueDate"));
    parts.value("revisionDue", "valueDate", revision);
    parts
}

/// An individuell plan: category 9602#A02-2, and not part of another plan.
fn is_individual_plan(plan: &Value) -> bool {
    view::has_code(plan, "category", terminology::DOCUMENT, terminology::INDIVIDUELL_PLAN)
        && view::items(plan, "partOf").is_empty()
        && view::text(plan, "status") != Some("entered-in-error")
}

/// Those who hold a koordinator role now: 18 in the specialist service, 8 for the individuell plan.
fn koordinators(session: &Session<'_, '_>, people: &BTreeMap<MemberRef, Rc<Value>>, team: &Value) -> Vec<Parts> {
    let context = session.context;
    let mut found = Vec::new();
    if !matches!(view::text(team, "status"), None | Some("active")) {
        return found;
    }
    for participant in view::items(team, "participant") {
        let role = [terminology::KOORDINATOR, "8"]
            .into_iter()
            .find(|code| view::has_code(participant, "role", terminology::ROLE, code));
        let (Some(role), true) = (role, view::term(participant.get("period")).covers(context.now)) else {
            continue;
        };
        let contact = participants::contact_among(people, team, participant, &context.base);
        let mut parts = Parts::default();
        let coding = terminology::coding(terminology::ROLE, role, context.language);
        parts.value("role", "valueCoding", Some(coding));
        for (name, text) in [("name", contact.name), ("title", contact.title), ("phone", contact.phone)] {
            parts.value(name, "valueString", (!text.is_empty()).then_some(text));
        }
        parts.value("organization", "valueReference", participant.get("onBehalfOf"));
        let since = participant.get("period").and_then(|period| period.get("start"));
        parts.value("since", "valueDateTime", since);
        found.push(parts);
    }
    found
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
