//! update <https://hl7.org/fhir/R4/http.html#update>, with `If-Match` <https://hl7.org/fhir/R4/http.html#concurrency>,
//! update-as-create under a client's id, and conditional update <https://hl7.org/fhir/R4/http.html#cond-update>.

use crate::fault::Fault;
use crate::interactions::condition;
use crate::session::{Method, Session};
use crate::{Guard, Place, Reply, admit, answer, commit, ownership};
use serde_json::Value;
use varde_auth::policy;
use varde_fhir::identifier::may_stand_in;
use varde_fhir::registry::if_match_required;
use varde_fhir::{Id, Issue, IssueCode, ResourceKey, ResourceType};
use varde_store::Stored;

/// Replaces the resource, or creates it: under the given id, or when nothing is found under one of its own.
pub(crate) fn update(
    session: &mut Session<'_, '_>,
    place: &Place,
    resource: Value,
    guard: &Guard,
) -> Result<Reply, Fault> {
    let key = settled(session, place, &resource)?;
    let (status, stored) = stage(session, &key, resource, guard)?;
    commit::commit(session)?;
    session.show(&stored);
    Ok(answered(session, status, place, &stored))
}

/// The address that an update writes to: what its condition finds, and then the body may not say another; or when it finds nothing
/// the body's own id, which must be free, or else a new one.
pub(crate) fn settled(session: &mut Session<'_, '_>, place: &Place, resource: &Value) -> Result<ResourceKey, Fault> {
    let Place::Found { rtype, .. } = place else {
        return Ok(condition::found(session, place)?.unwrap_or_else(|| session.new_key(place.rtype())));
    };
    let own = resource.get("id").and_then(Value::as_str).and_then(Id::parse);
    let own = own.map(|id| ResourceKey::new(*rtype, id));
    match (condition::found(session, place)?, own) {
        (Some(found), Some(own)) if found != own => Err(admit::other_id()),
        (Some(found), _) => Ok(found),
        // It would become an address, and no national number stands in one.
        (None, Some(own)) if may_stand_in(own.id.as_str()) => Err(national_number()),
        (None, Some(own)) => match session.visible(&own)? {
            Some(stored) if !stored.deleted => Err(taken()),
            _ => Ok(own),
        },
        (None, None) => Ok(session.new_key(*rtype)),
    }
}

/// What is answered; who searched for it is told its address.
pub(crate) fn answered(session: &Session<'_, '_>, status: u16, place: &Place, stored: &Stored) -> Reply {
    let mut reply = answer::written(session.context, status, stored);
    if matches!(place, Place::Found { .. }) {
        reply.location = Some(answer::location(session.context, stored));
    }
    reply
}

/// Stages the update: 200 for a new version, 201 when it was created or comes back after a delete.
pub(crate) fn stage(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    resource: Value,
    guard: &Guard,
) -> Result<(u16, Stored), Fault> {
    let Some(before) = session.visible(key)? else {
        return create_under(session, key, resource, guard);
    };
    precondition(key, &before, guard)?;
    ownership::may_change(session, &before)?;
    if !before.deleted && key.rtype == ResourceType::Task {
        ownership::owners_move(session.context, &before, &*session.value(&before)?, &resource)?;
    }
    let status = if before.deleted { 201 } else { 200 };
    Ok((status, session.update(&before, resource, Method::Put)?))
}

fn create_under(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    resource: Value,
    guard: &Guard,
) -> Result<(u16, Stored), Fault> {
    // Before anybody's resource is looked for: the refusal must not tell whether there is one.
    policy::may_create(&session.context.actor, key.rtype)?;
    if guard.if_match.is_some() {
        return Err(stale());
    }
    if session.current(key)?.is_some() {
        // Somebody else's resource that this actor may not see: it does not exist for them, and its id is not theirs to take.
        return Err(Fault::NotFound(key.clone()));
    }
    Ok((201, session.create_as(key.clone(), resource, Method::Put)?))
}

/// `If-Match` must name the version that stands there among others, or say that any will do; for some types it must be there at all. With
/// `If-None-Match: *` nothing may stand there.
pub(crate) fn precondition(key: &ResourceKey, before: &Stored, guard: &Guard) -> Result<(), Fault> {
    if guard.if_none_match && !before.deleted {
        return Err(already_there());
    }
    let version = before.version.to_string();
    let stands = |tag: &String| if tag == "*" { !before.deleted } else { *tag == version };
    match &guard.if_match {
        Some(tags) if tags.iter().any(stands) => Ok(()),
        Some(_) => Err(stale()),
        None if if_match_required(key.rtype) && !before.deleted => Err(Fault::PreconditionRequired(key.clone())),
        None => Ok(()),
    }
}

fn stale() -> Fault {
    Fault::Precondition(
        Issue::error(
            IssueCode::Conflict,
            "stale-version",
            "If-Match er ikke gjeldende versjon. Les ressursen på nytt, gjør endringen om igjen og send med den nye ETag-en.",
            "If-Match is not the current version. Read the resource again, redo the change and send the new ETag.",
        )
        .at("http.if-match"),
    )
}

fn already_there() -> Fault {
    Fault::Precondition(
        Issue::error(
            IssueCode::Conflict,
            "already-exists",
            "If-None-Match: * krever at ressursen ikke finnes, og den finnes. Les den, eller velg en annen id.",
            "If-None-Match: * asks that the resource does not exist, and it does. Read it, or choose another id.",
        )
        .at("http.if-none-match"),
    )
}

fn national_number() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            "national-number-in-url",
            "Betingelsen treffer ingen, og id-en i kroppen ser ut som et fødselsnummer. Den ville blitt en adresse. Utelat id, eller \
             velg en annen.",
            "The condition matches none, and the id in the body looks like a national identity number. It would become a URL. Leave \
             the id out, or choose another.",
        )
        .at("id"),
    )
}

fn taken() -> Fault {
    Fault::Conflict(vec![
        Issue::error(
            IssueCode::Conflict,
            "id-taken",
            "Betingelsen treffer ingen, og id-en i innholdet er en annen ressurs. Utelat id, eller rett søket.",
            "The condition matches none, and the id in the body is another resource's. Leave the id out, or mend the search.",
        )
        .at("id"),
    ])
}
