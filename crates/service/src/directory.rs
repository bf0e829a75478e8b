//! Who is who: from a reference to an organisation, service or role to the legal entity (orgnr) behind it, and from a
//! municipality to its koordinerende enhet.

use crate::fault::Fault;
use crate::session::{Session, parse_stored};
use serde_json::Value;
use varde_fhir::identifier::{ENH, RESH};
use varde_fhir::{Reference, ResourceType, query, view};
use varde_store::{Stored, View};

/// How far `partOf`, `providedBy` and `organization` are followed: a directory with a circle must not hang us.
const MAX_STEPS: usize = 8;

/// The orgnr of the legal entity a reference stands for: up `providedBy`/`organization`/`partOf` to the top.
/// A logical reference by orgnr that the directory does not know is taken at its word.
pub(crate) fn legal_entity(session: &mut Session<'_, '_>, reference: &Value) -> Result<Option<String>, Fault> {
    let mut next = Some(reference.clone());
    let mut orgnr = None;
    for _ in 0..MAX_STEPS {
        let Some(reference) = next.take() else { break };
        if let Some(Reference::Logical { system, value, .. }) = Reference::logical(&reference)
            && system == ENH
        {
            orgnr = Some(value);
        }
        let Some(resource) = resolve(session, &reference)? else { break };
        if let Some(own) = view::first_identifier(&resource, ENH) {
            orgnr = Some(own.to_owned());
        }
        next = ["partOf", "providedBy", "organization", "managingOrganization"]
            .iter()
            .find_map(|name| resource.get(*name).cloned());
    }
    Ok(orgnr)
}

/// The directory resource a reference names: literal, or an Organization by orgnr or RESH id.
pub(crate) fn resolve(session: &mut Session<'_, '_>, reference: &Value) -> Result<Option<Value>, Fault> {
    let stored = match Reference::of(reference, &session.context.base) {
        Some(Reference::Local { key, .. }) => session.current(&key)?.filter(|stored| !stored.deleted),
        Some(Reference::Logical { system, value, .. }) if system == ENH || system == RESH => {
            by_identifier(session, ResourceType::Organization, &system, &value)?
        }
        _ => None,
    };
    stored.as_ref().map(parse_stored).transpose()
}

/// The directory entry with this identifier, staged or stored. Where several organisations keep one, the legal entity's own
/// entry is preferred, then the actor's.
pub(crate) fn by_identifier(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    system: &str,
    value: &str,
) -> Result<Option<Stored>, Fault> {
    let staged = session.staged.iter().filter(|staged| staged.key.rtype == rtype);
    let mut staged =
        staged.filter(|s| s.after.as_ref().is_some_and(|after| view::has_identifier(after, system, value)));
    if let Some(key) = staged.next().map(|staged| staged.key.clone()) {
        return session.current(&key);
    }
    let tenant = session.context.actor.tenant.clone();
    let mut found = session.store.by_identifier(rtype, system, value)?;
    found.sort_by_key(|stored| match stored.owner.as_deref() {
        Some(owner) if owner == value => 0,
        Some(owner) if owner == tenant => 1,
        _ => 2,
    });
    Ok(if found.is_empty() { None } else { Some(found.swap_remove(0)) })
}

/// The koordinerende enhet of a municipality (kommunenummer), with the orgnr behind it. Only a service that its own legal
/// entity wrote counts: nobody can put themselves up as another municipality's receiver.
pub(crate) fn koordinerende_enhet(
    session: &mut Session<'_, '_>,
    municipality: &str,
) -> Result<Option<(Value, String)>, Fault> {
    let params = [
        ("municipality".to_owned(), municipality.to_owned()),
        ("service-type".to_owned(), "koordinerende-enhet".to_owned()),
    ];
    let query = query::parse(ResourceType::HealthcareService, &params, &session.context.base, false, true)
        .map_err(Fault::Invalid)?;
    let everything = View { organisation: None, now: session.context.now };
    for stored in session.store.search(&query, &everything, None)?.matches {
        let service = parse_stored(&stored)?;
        let provider = service.get("providedBy").cloned().unwrap_or(Value::Null);
        if let Some(orgnr) = legal_entity(session, &provider)?
            && stored.owner.as_deref() == Some(orgnr.as_str())
        {
            return Ok(Some((service, orgnr)));
        }
    }
    Ok(None)
}
