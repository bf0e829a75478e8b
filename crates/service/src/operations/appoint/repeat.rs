//! The same business identifier again: the same answer, nothing new. An EPJ that lost the answer may simply ask once more.

use super::made::{Made, reply};
use super::municipality;
use super::request::Appointing;
use crate::Reply;
use crate::fault::Fault;
use crate::session::Session;
use serde_json::Value;
use varde_fhir::{Issue, IssueCode, ResourceKey, ResourceType, terminology, view};

/// The answer given before to this identifier, when there is one.
pub(super) fn answered(
    session: &mut Session<'_, '_>,
    request: &Appointing,
    person: &str,
) -> Result<Option<Reply>, Fault> {
    let Some(identifier) = &request.identifier else { return Ok(None) };
    let system = view::text(identifier, "system").unwrap_or_default();
    let value = view::text(identifier, "value").unwrap_or_default();
    let tenant = session.context.actor.tenant.clone();
    let notes = session.by_identifier(ResourceType::DocumentReference, system, value)?;
    let Some(stored) = notes.into_iter().find(|note| note.owner.as_deref() == Some(tenant.as_str())) else {
        return Ok(None);
    };
    let note = session.value(&stored)?;
    let context = note.get("context").cloned().unwrap_or_default();
    if stored.patient.as_deref() != Some(person) || !view::has_code(&context, "event", terminology::ROLE, &request.role)
    {
        return Err(reused());
    }
    let made = made(&stored.key, &context);
    if made.tasks.is_empty() {
        municipality::warn_again(session, request, person)?;
    }
    reply(session, &made).map(Some)
}

/// What the note says was made with it.
fn made(note: &ResourceKey, context: &Value) -> Made {
    let mut made = Made { note: Some(note.clone()), ..Made::default() };
    for related in view::items(context, "related") {
        let Some(key) = view::text(related, "reference").and_then(ResourceKey::parse) else { continue };
        match key.rtype {
            ResourceType::CareTeam => made.team = Some(key),
            ResourceType::Communication => made.communications.push(key),
            ResourceType::Task => made.tasks.push(key),
            _ => {}
        }
    }
    made
}

fn reused() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::Duplicate,
            "identifier-reused",
            "identifier er brukt for en annen pasient eller rolle. Bruk en ny identifier for hver oppnevning.",
            "identifier was used for another patient or role. Use a new identifier for each appointment.",
        )
        .at("Parameters.parameter.where(name='identifier')"),
    )
}
