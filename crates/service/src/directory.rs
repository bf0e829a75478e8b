//! Who is who: from a reference to an organisation, service or role to the legal entity (orgnr) behind it, and from a
//! municipality to its koordinerende enhet.

use crate::fault::Fault;
use crate::session::Session;
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;
use varde_fhir::identifier::{ENH, RESH};
use varde_fhir::{Reference, ResourceKey, ResourceType, query, view};
use varde_rules::MemberRef;
use varde_store::{Stored, View};

/// How far `partOf`, `providedBy` and `organization` are followed: a directory with a circle must not hang us.
const MAX_STEPS: usize = 8;

/// The orgnr of the legal entity that a reference by `owner` stands for: up `providedBy`/`organization`/`partOf` to the top.
///
/// The directory is written by its members, so an entry is believed only where it cannot harm: it speaks for the legal entity
/// that wrote it, and by number alone an entry is found only if that number's own organisation, or `owner`, wrote it.
/// Otherwise an orgnr is taken at its word. Nobody can put themselves in another organisation's place (docs/decisions/0004).
pub(crate) fn legal_entity(
    session: &mut Session<'_, '_>,
    reference: &Value,
    owner: Option<&str>,
) -> Result<Option<String>, Fault> {
    let named = number(reference);
    let Some(entry) = entry(session, reference, owner)? else { return Ok(named) };
    let top = top(session, &entry)?;
    Ok(if top.is_some() && top == entry.owner { top } else { named })
}

/// Asks for these people and organisations, and for those they lead to, step by step, each step at once.
pub(crate) fn gather(session: &mut Session<'_, '_>, mut wanted: Vec<MemberRef>) -> Result<(), Fault> {
    let base = session.context.base.clone();
    let mut asked = BTreeSet::new();
    for _ in 0..MAX_STEPS {
        wanted.retain(|wanted| asked.insert(wanted.clone()));
        if wanted.is_empty() {
            break;
        }
        session.foresee(&wanted)?;
        let mut next = Vec::new();
        for wanted in wanted {
            for stored in found(session, &wanted)? {
                let resource = session.value(&stored)?;
                next.extend(varde_rules::behind(&resource, &base));
                next.extend(above(&resource).and_then(|above| wanted_by(above, &base)));
            }
        }
        wanted = next;
    }
    Ok(())
}

/// What stands there, staged or stored, and not deleted.
fn found(session: &mut Session<'_, '_>, wanted: &MemberRef) -> Result<Vec<Stored>, Fault> {
    let found = match wanted {
        MemberRef::Key(key) => session.current(key)?.into_iter().collect(),
        MemberRef::Identifier { rtype, system, value } => by_identifier(session, *rtype, system, value)?,
    };
    Ok(found.into_iter().filter(|stored| !stored.deleted).collect())
}

/// What a reference to an organisation, service or role asks the directory for.
pub(crate) fn wanted_by(reference: &Value, base: &str) -> Option<MemberRef> {
    match Reference::of(reference, base) {
        Some(Reference::Local { key, .. }) => Some(MemberRef::Key(key)),
        Some(Reference::Logical { system, value, .. }) if system == ENH || system == RESH => {
            Some(MemberRef::Identifier { rtype: ResourceType::Organization, system, value })
        }
        _ => None,
    }
}

/// The orgnr in a logical reference.
fn number(reference: &Value) -> Option<String> {
    match Reference::logical(reference) {
        Some(Reference::Logical { system, value, .. }) if system == ENH => Some(value),
        _ => None,
    }
}

/// The directory entry a reference leads to.
fn entry(session: &mut Session<'_, '_>, reference: &Value, owner: Option<&str>) -> Result<Option<Stored>, Fault> {
    let Some(wanted) = wanted_by(reference, &session.context.base) else { return Ok(None) };
    let mut found = found(session, &wanted)?.into_iter();
    let MemberRef::Identifier { value, .. } = wanted else { return Ok(found.next()) };
    Ok(found.find(|stored| {
        let writer = stored.owner.as_deref();
        writer.is_some() && (writer == Some(value.as_str()) || writer == owner)
    }))
}

/// The orgnr at the top of an entry's own chain, as its writer tells it.
fn top(session: &mut Session<'_, '_>, entry: &Stored) -> Result<Option<String>, Fault> {
    let mut orgnr = None;
    let mut next = Some(entry.clone());
    for _ in 0..MAX_STEPS {
        let Some(stored) = next.take() else { break };
        let resource = session.value(&stored)?;
        if let Some(own) = view::first_identifier(&resource, ENH) {
            orgnr = Some(own.to_owned());
        }
        let Some(above) = above(&resource) else { break };
        orgnr = number(above).or(orgnr);
        next = self::entry(session, above, entry.owner.as_deref())?;
    }
    Ok(orgnr)
}

/// The reference to what an entry is a part of.
fn above(entry: &Value) -> Option<&Value> {
    ["partOf", "providedBy", "organization", "managingOrganization"].iter().find_map(|name| entry.get(*name))
}

/// The directory entries with this identifier, staged or stored: the identified organisation's own first, then the actor's.
pub(crate) fn by_identifier(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    system: &str,
    value: &str,
) -> Result<Vec<Stored>, Fault> {
    let named =
        |after: &Option<Rc<Value>>| after.as_ref().is_some_and(|after| view::has_identifier(after, system, value));
    let staged = session.staged.iter().filter(|staged| staged.key.rtype == rtype);
    let changed: Vec<ResourceKey> = staged.clone().map(|staged| staged.key.clone()).collect();
    let fresh: Vec<ResourceKey> = staged.filter(|s| named(&s.after)).map(|staged| staged.key.clone()).collect();
    let mut found = session.by_identifier(rtype, system, value)?;
    found.retain(|stored| !changed.contains(&stored.key));
    for key in fresh {
        found.extend(session.current(&key)?);
    }
    let tenant = session.context.actor.tenant.as_str();
    found.sort_by_key(|stored| match stored.owner.as_deref() {
        Some(owner) if owner == value => 0,
        Some(owner) if owner == tenant => 1,
        _ => 2,
    });
    Ok(found)
}

/// The koordinerende enheter that say they are a municipality's (kommunenummer), oldest first, each with the orgnr behind it. Only
/// a service that its own legal entity wrote counts: nobody can name another as receiver. Anybody can name themselves, so
/// whom to tell is for the consent to say.
pub(crate) fn koordinerende_enheter(
    session: &mut Session<'_, '_>,
    municipality: &str,
) -> Result<Vec<(Rc<Value>, String)>, Fault> {
    let params = [
        ("municipality".to_owned(), municipality.to_owned()),
        ("service-type".to_owned(), "koordinerende-enhet".to_owned()),
    ];
    let query = query::parse(ResourceType::HealthcareService, &params, &session.context.base, false, true)
        .map_err(Fault::Invalid)?;
    let everything = View { organisation: None, now: session.context.now };
    let mut found = Vec::new();
    for stored in session.store.search(&query, &everything, None)?.matches {
        let service = session.value(&stored)?;
        let provider = service.get("providedBy").cloned().unwrap_or(Value::Null);
        if let Some(orgnr) = legal_entity(session, &provider, stored.owner.as_deref())?
            && stored.owner.as_deref() == Some(orgnr.as_str())
        {
            found.push((service, orgnr));
        }
    }
    Ok(found)
}
