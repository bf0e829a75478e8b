//! Who else may see a patient's coordination because of a resource: the grants it carries (security.md §2).
//! They are worked out from the resource alone, in the transaction that writes it, so they can never outlive it.

use crate::directory::legal_entity;
use crate::fault::Fault;
use crate::session::Session;
use serde_json::Value;
use varde_fhir::time::{FOREVER, NEVER};
use varde_fhir::{Reference, ResourceType, terminology, view};
use varde_store::Grant;

/// Task statuses that still ask something of their owner <https://hl7.org/fhir/R4/valueset-task-status.html>.
const OPEN_TASK: &[&str] = &["requested", "received", "accepted", "ready", "in-progress", "on-hold", "draft"];

/// Whether resources of this type give grants.
pub(crate) fn gives(rtype: ResourceType) -> bool {
    use ResourceType::{CarePlan, CareTeam, Consent, Task};
    matches!(rtype, CareTeam | CarePlan | Consent | Task)
}

/// The grants a resource of this owner gives, about this person. Nobody grants themselves: what an organisation writes never
/// opens another organisation's resources to it (docs/decisions/0004).
pub(crate) fn of(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    resource: &Value,
    person: &str,
    owner: Option<&str>,
) -> Result<Vec<Grant>, Fault> {
    let mut grants = match rtype {
        ResourceType::CareTeam => team(session, resource, person, owner)?,
        ResourceType::CarePlan => plan(session, resource, person, owner)?,
        ResourceType::Consent => consent(session, resource, person, owner)?,
        ResourceType::Task => task(session, resource, person, owner)?,
        _ => Vec::new(),
    };
    grants.retain(|grant| owner != Some(grant.organisation.as_str()));
    Ok(grants)
}

/// The references that decide whom a resource's grants are for: what is to be looked up before.
pub(crate) fn named(rtype: ResourceType, resource: &Value) -> Vec<&Value> {
    match rtype {
        ResourceType::CareTeam => {
            view::items(resource, "participant").iter().filter_map(|member| member.get("onBehalfOf")).collect()
        }
        ResourceType::CarePlan => resource.get("author").into_iter().collect(),
        ResourceType::Consent => {
            let provision = resource.get("provision").unwrap_or(&Value::Null);
            view::items(provision, "actor").iter().filter_map(|actor| actor.get("reference")).collect()
        }
        ResourceType::Task => resource.get("owner").into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Organisations that act through an active member see the whole coordination, in the member's period.
fn team(session: &mut Session<'_, '_>, team: &Value, person: &str, owner: Option<&str>) -> Result<Vec<Grant>, Fault> {
    if !matches!(view::text(team, "status"), None | Some("active")) {
        return Ok(Vec::new());
    }
    let mut grants = Vec::new();
    for participant in view::items(team, "participant") {
        let Some(unit) = participant.get("onBehalfOf") else { continue };
        if let Some(organisation) = legal_entity(session, unit, owner)? {
            let (valid_from, valid_to) = view::period(participant.get("period"));
            grants.push(grant(person, organisation, "*".to_owned(), "team-member", valid_from, valid_to));
        }
    }
    Ok(grants)
}

/// The organisation responsible for an active individuell plan sees the coordination it plans for.
fn plan(session: &mut Session<'_, '_>, plan: &Value, person: &str, owner: Option<&str>) -> Result<Vec<Grant>, Fault> {
    if view::text(plan, "status") != Some("active") {
        return Ok(Vec::new());
    }
    let Some(author) = plan.get("author") else { return Ok(Vec::new()) };
    let organisation = legal_entity(session, author, owner)?;
    Ok(organisation.map(|o| grant(person, o, "*".to_owned(), "plan-responsible", NEVER, FOREVER)).into_iter().collect())
}

/// An active consent shares what its category covers with the organisations its provision names.
fn consent(
    session: &mut Session<'_, '_>,
    consent: &Value,
    person: &str,
    owner: Option<&str>,
) -> Result<Vec<Grant>, Fault> {
    let Some(provision) = consent.get("provision") else { return Ok(Vec::new()) };
    if view::text(consent, "status") != Some("active") || view::text(provision, "type") == Some("deny") {
        return Ok(Vec::new());
    }
    let (valid_from, valid_to) = view::period(provision.get("period"));
    let mut reach = shared_types(consent);
    reach.push(format!("Consent/{}", view::text(consent, "id").unwrap_or_default()));
    let mut grants = Vec::new();
    for actor in view::items(provision, "actor") {
        let Some(reference) = actor.get("reference") else { continue };
        if let Some(organisation) = legal_entity(session, reference, owner)? {
            for reach in &reach {
                grants.push(grant(person, organisation.clone(), reach.clone(), "consent", valid_from, valid_to));
            }
        }
    }
    Ok(grants)
}

/// What a consent of a category shares: the coordination types it is about, and who the patient is.
fn shared_types(consent: &Value) -> Vec<String> {
    let covers = |code| view::has_code(consent, "category", terminology::CONSENT_CATEGORY, code);
    let mut types = Vec::new();
    if covers("koordinator") {
        types.extend([ResourceType::CareTeam, ResourceType::Patient]);
    }
    if covers("individuell-plan") {
        types.extend([ResourceType::CarePlan, ResourceType::Goal, ResourceType::CareTeam, ResourceType::Patient]);
    }
    types.into_iter().map(|rtype| rtype.as_str().to_owned()).collect()
}

/// The organisation that owns an open task sees that task and what it names, nothing else.
fn task(session: &mut Session<'_, '_>, task: &Value, person: &str, owner: Option<&str>) -> Result<Vec<Grant>, Fault> {
    let Some(receiver) = task.get("owner").filter(|_| is_open_task(task)) else { return Ok(Vec::new()) };
    let Some(organisation) = legal_entity(session, receiver, owner)? else { return Ok(Vec::new()) };
    let mut reach = vec![format!("Task/{}", view::text(task, "id").unwrap_or_default()), "Patient".to_owned()];
    let inputs = view::items(task, "input").iter().filter_map(|input| input.get("valueReference"));
    for named in inputs.chain(task.get("focus")).chain(view::items(task, "basedOn")) {
        if let Some(Reference::Local { key, .. }) = Reference::of(named, &session.context.base) {
            reach.push(key.to_string());
        }
    }
    Ok(reach.into_iter().map(|r| grant(person, organisation.clone(), r, "task-owner", NEVER, FOREVER)).collect())
}

/// Whether a Task still asks something of its owner.
pub(crate) fn is_open_task(task: &Value) -> bool {
    view::text(task, "status").is_some_and(|status| OPEN_TASK.contains(&status))
}

fn grant(
    patient: &str,
    organisation: String,
    reach: String,
    basis: &'static str,
    valid_from: i64,
    valid_to: i64,
) -> Grant {
    Grant { patient: patient.to_owned(), organisation, reach, basis, valid_from, valid_to }
}
