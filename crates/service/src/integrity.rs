//! Referential integrity <https://hl7.org/fhir/R4/http.html#integrity>: what is written refers to what its writer can see, and what is
//! referred to is not deleted (docs/decisions/0024).

use crate::fault::Fault;
use crate::references;
use crate::session::Session;
use std::collections::{BTreeMap, BTreeSet};
use varde_fhir::{Issue, IssueCode, Reference, ResourceKey};

/// The most that one refusal names.
const NAMED: usize = 5;

/// Refuses new references that lead nowhere: to what is not there, deleted, or not the caller's to see. Those that stood there before
/// do not stop anybody.
pub(crate) fn references_lead_somewhere(session: &mut Session<'_, '_>) -> Result<(), Fault> {
    let new = new_references(session);
    let wanted: BTreeSet<&ResourceKey> =
        new.iter().flat_map(|(_, texts)| texts.values().flatten().map(|(key, _)| key)).collect();
    let wanted: Vec<ResourceKey> = wanted.into_iter().cloned().collect();
    let there = session.there(&wanted)?;
    for (key, texts) in new {
        let leads = |to: &Option<(ResourceKey, Option<String>)>| {
            let Some((to, version)) = to else { return false };
            let earlier = |newest: i64| {
                version.as_ref().is_none_or(|text| text.parse().is_ok_and(|asked: i64| (1..=newest).contains(&asked)))
            };
            there.get(to).copied().flatten().is_some_and(earlier)
        };
        let lost: BTreeSet<&str> = texts.iter().filter(|(_, to)| !leads(to)).map(|(text, _)| text.as_str()).collect();
        if lost.is_empty() {
            continue;
        }
        let staged = session.staged.iter().find(|staged| staged.key == key);
        let resource = staged.and_then(|staged| staged.after.clone()).unwrap_or_default();
        let places = references::places(key.rtype, &resource, &lost);
        let issues = places.into_iter().take(NAMED).map(lost_reference).collect();
        return Err(Fault::Resource(key, Box::new(Fault::Unprocessable(issues))));
    }
    Ok(())
}

/// By resource: the local references that did not stand there before, and what they name.
type New = Vec<(ResourceKey, BTreeMap<String, Option<(ResourceKey, Option<String>)>>)>;

fn new_references(session: &Session<'_, '_>) -> New {
    let base = &session.context.base;
    let mut new = Vec::new();
    for staged in &session.staged {
        let Some(after) = &staged.after else { continue };
        let before: BTreeSet<String> = staged.before.iter().flat_map(|before| references::all(before)).collect();
        let local = references::all(after).into_iter().filter(|text| !before.contains(text)).filter_map(|text| {
            match Reference::literal(&text, base) {
                Reference::Local { key, version } => Some((text, Some((key, version)))),
                // Relative to this server, and of a type that it does not serve.
                Reference::External(url) if !url.contains(':') => Some((text, None)),
                _ => None,
            }
        });
        let local: BTreeMap<_, _> = local.collect();
        if !local.is_empty() {
            new.push((staged.key.clone(), local));
        }
    }
    new
}

/// Refuses to delete what others refer to, as far as the caller may see them: of what they may not see nothing is told, not even
/// that it is there.
pub(crate) fn nothing_is_left_dangling(session: &mut Session<'_, '_>) -> Result<(), Fault> {
    let gone: Vec<ResourceKey> =
        session.staged.iter().filter(|staged| staged.after.is_none()).map(|staged| staged.key.clone()).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let staged: Vec<ResourceKey> = session.staged.iter().map(|staged| staged.key.clone()).collect();
    let mut referrers = session.store.referrers(&gone, &staged, &session.context.view())?;
    for staged in &session.staged {
        for text in staged.after.iter().flat_map(|after| references::all(after)) {
            let to = Reference::literal(&text, &session.context.base).key().cloned();
            referrers.extend(to.filter(|to| gone.contains(to)).map(|to| (to, staged.key.clone())));
        }
    }
    let Some((key, _)) = referrers.first().cloned() else { return Ok(()) };
    let by = referrers.iter().filter(|(to, _)| *to == key).map(|(_, by)| by.to_string());
    let by: BTreeSet<String> = by.collect();
    let named: Vec<&str> = by.iter().take(NAMED).map(String::as_str).collect();
    let fault = Fault::Conflict(vec![still_referred_to(&key, &named.join(", "))]);
    Err(Fault::Resource(key, Box::new(fault)))
}

fn lost_reference(place: String) -> Issue {
    Issue::error(
        IssueCode::NotFound,
        "reference-not-found",
        "Referansen peker på en ressurs som ikke finnes her, eller som du ikke kan se. Opprett den først eller i samme \
         transaksjon, eller bruk Reference.identifier.",
        "The reference points at a resource that is not here, or that you may not see. Create it first or in the same \
         transaction, or use Reference.identifier.",
    )
    .at(place)
}

fn still_referred_to(key: &ResourceKey, by: &str) -> Issue {
    Issue::error(
        IssueCode::Conflict,
        "still-referenced",
        format!(
            "Andre ressurser viser til denne {}: {by}. Merk den heller entered-in-error, eller slett eller rett dem først \
             (gjerne i samme transaksjon).",
            key.rtype
        ),
        format!(
            "Other resources refer to this {}: {by}. Rather mark it entered-in-error, or delete or mend them first (in the same \
             transaction if you like).",
            key.rtype
        ),
    )
    .at("http.url")
}
