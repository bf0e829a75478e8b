//! The koordineringsteam: one per patient and legal entity, made when there is none (`domain.md` §5).

use super::request::Appointing;
use crate::fault::Fault;
use crate::operations::participants;
use crate::operations::records::{set, url};
use crate::session::{Method, Session};
use serde_json::{Value, json};
use std::rc::Rc;
use varde_fhir::identifier::ENH;
use varde_fhir::{Language, ResourceType, terminology, view};
use varde_store::Stored;

/// Stages the team with its new participant, and tells the participant's index.
pub(super) fn stage(
    session: &mut Session<'_, '_>,
    request: &Appointing,
    person: &str,
    member: Value,
) -> Result<(Rc<Value>, usize), Fault> {
    let before = existing(session, person)?;
    let mut team = match &before {
        Some(stored) => Value::clone(&*session.value(stored)?),
        None => new_team(session, request),
    };
    if let Some(replaced) = &request.replaces {
        let index = participants::find(session, &team, &request.role, replaced)?;
        participants::end(&mut team, index, &request.start, "replaced");
    }
    // A team that an EPJ wrote may have no participant yet.
    let mut participants = view::items(&team, "participant").to_vec();
    let index = participants.len();
    participants.push(participant(request, member));
    set(&mut team, "participant", participants.into());
    let stored = match &before {
        Some(stored) => session.update(stored, team, Method::Put)?,
        None => session.create(ResourceType::CareTeam, team)?,
    };
    Ok((session.value(&stored)?, index))
}

/// This organisation's active team for the person.
fn existing(session: &mut Session<'_, '_>, person: &str) -> Result<Option<Stored>, Fault> {
    let tenant = session.context.actor.tenant.clone();
    for stored in session.coordination(person)?.iter().filter(|stored| stored.key.rtype == ResourceType::CareTeam) {
        if stored.owner.as_deref() == Some(tenant.as_str())
            && matches!(view::text(&*session.value(stored)?, "status"), None | Some("active"))
        {
            return Ok(Some(stored.clone()));
        }
    }
    Ok(None)
}

fn new_team(session: &Session<'_, '_>, request: &Appointing) -> Value {
    json!({
        "resourceType": "CareTeam",
        "status": "active",
        "category": [{ "coding": [{
            "system": "http://loinc.org",
            "code": "LA28865-6",
            "display": "Longitudinal care-coordination focused care team",
        }] }],
        "name": "Koordineringsteam",
        "subject": request.patient,
        "managingOrganization": [{
            "type": "Organization",
            "identifier": { "system": ENH, "value": session.context.actor.tenant },
        }],
    })
}

fn participant(request: &Appointing, member: Value) -> Value {
    let mut extensions = vec![json!({ "url": url("patient-informed"), "valueBoolean": request.patient_informed })];
    if let Some(by) = &request.appointed_by {
        extensions.push(json!({ "url": url("appointed-by"), "valueReference": by }));
    }
    extensions.extend(request.criteria.iter().map(|c| json!({ "url": url("criteria"), "valueCoding": c })));
    if let Some(identifier) = &request.identifier {
        extensions.push(json!({ "url": url("appointment-identifier"), "valueIdentifier": identifier }));
    }
    let mut participant = json!({ "extension": extensions, "role": [terminology::concept(terminology::ROLE, &request.role, Language::Norwegian)] });
    set(&mut participant, "member", member);
    set(&mut participant, "onBehalfOf", request.unit.clone());
    set(&mut participant, "period", request.period());
    participant
}
