//! Who is appointed: a reference, or a Practitioner or PractitionerRole that the directory learns in the same transaction.

use super::request::{Appointing, Part};
use crate::admit;
use crate::fault::Fault;
use crate::operations::participants;
use crate::session::{Method, Session};
use serde_json::{Value, json};
use varde_fhir::identifier::HPR;
use varde_fhir::{Issue, IssueCode, ResourceType, view};
use varde_store::Stored;

/// The `member` reference of the new participant.
pub(super) fn stage(session: &mut Session<'_, '_>, request: &Appointing) -> Result<Value, Fault> {
    match &request.member {
        Part::Reference(reference) => known(session, reference),
        Part::Resource(resource) => learn(session, resource),
    }
}

/// A literal reference must lead somewhere; one by HPR number is left for the law to look up.
fn known(session: &mut Session<'_, '_>, reference: &Value) -> Result<Value, Fault> {
    if reference.get("reference").is_some() && participants::visible(session, reference)?.is_none() {
        return Err(unknown());
    }
    Ok(reference.clone())
}

/// Writes the person to the directory, or brings this organisation's entry with the same HPR number up to date.
fn learn(session: &mut Session<'_, '_>, resource: &Value) -> Result<Value, Fault> {
    let rtype = match view::text(resource, "resourceType") {
        Some("Practitioner") => ResourceType::Practitioner,
        Some("PractitionerRole") => ResourceType::PractitionerRole,
        _ => return Err(wrong_kind()),
    };
    admit::check(session.context, rtype, resource)?;
    let stored = match own_entry(session, rtype, resource)? {
        Some(entry) => refreshed(session, entry, resource)?,
        None => session.create(rtype, resource.clone())?,
    };
    session.show(&stored);
    Ok(json!({ "reference": stored.key.to_string(), "type": rtype.as_str() }))
}

/// This organisation's directory entry of the same person.
fn own_entry(session: &mut Session<'_, '_>, rtype: ResourceType, resource: &Value) -> Result<Option<Stored>, Fault> {
    let Some(identifier) =
        view::identifiers(resource).find(|(system, _)| rtype != ResourceType::Practitioner || *system == HPR)
    else {
        return Ok(None);
    };
    let found = session.by_identifier(rtype, identifier.0, identifier.1)?;
    let tenant = session.context.actor.tenant.as_str();
    Ok(found.into_iter().find(|stored| stored.owner.as_deref() == Some(tenant)))
}

/// The entry with what is new laid over it; unchanged when nothing is new.
fn refreshed(session: &mut Session<'_, '_>, entry: Stored, given: &Value) -> Result<Stored, Fault> {
    let before = session.value(&entry)?;
    let mut after = Value::clone(&before);
    if let (Some(after), Some(given)) = (after.as_object_mut(), given.as_object()) {
        let news = given.iter().filter(|(name, _)| !["resourceType", "id", "meta"].contains(&name.as_str()));
        after.extend(news.map(|(name, value)| (name.clone(), value.clone())));
    }
    if after == *before { Ok(entry) } else { session.update(&entry, after, Method::Put) }
}

fn unknown() -> Fault {
    Fault::unprocessable(
        Issue::error(
            IssueCode::NotFound,
            "member-not-found",
            "member peker ikke på noen i katalogen. Gi identifier med HPR-nummer, eller en Practitioner som resource.",
            "member names nobody in the directory. Give an identifier with the HPR number, or a Practitioner as a resource.",
        )
        .at("Parameters.parameter.where(name='member')"),
    )
}

fn wrong_kind() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Value,
            "member-wrong-type",
            "member gitt som resource skal være Practitioner eller PractitionerRole.",
            "member given as a resource is a Practitioner or a PractitionerRole.",
        )
        .at("Parameters.parameter.where(name='member').resource"),
    )
}
