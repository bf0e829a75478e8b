//! Links between the entries of a transaction: `urn:uuid:` (or any `fullUrl`) becomes the id the entry gets, and a
//! conditional reference the one resource it finds <https://hl7.org/fhir/R4/http.html#trules>.

use super::entry::{self, Entry};
use super::plan::Planned;
use crate::fault::Fault;
use crate::interactions::condition;
use crate::references;
use crate::session::Session;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use varde_fhir::query::TOO_COSTLY;
use varde_fhir::{Issue, IssueCode, Reference};

/// Rewrites every entry's resource in place.
pub(super) fn rewrite(
    session: &mut Session<'_, '_>,
    entries: &mut [Entry],
    plan: &BTreeMap<usize, Planned>,
) -> Result<(), Fault> {
    let mut links: BTreeMap<String, String> = BTreeMap::new();
    for (position, entry) in entries.iter().enumerate() {
        let key = plan.get(&position).and_then(Planned::key);
        if let (Some(url), Some(key)) = (&entry.full_url, key) {
            links.insert(url.clone(), key.to_string());
        }
    }
    bounded(entries, &session.context.base)?;
    let servers = siblings(&links);
    for entry in entries {
        let Some(mut resource) = entry.resource.take() else { continue };
        entry::at(entry.index, resolve_conditions(session, &mut resource, &mut links))?;
        relink(&mut resource, &links);
        if let Some(siblings) = entry.full_url.as_deref().and_then(server).and_then(|server| servers.get(server)) {
            relink(&mut resource, siblings);
        }
        entry::at(entry.index, no_dangling_urn(&resource))?;
        entry.resource = Some(resource);
    }
    Ok(())
}

/// The most conditional references of a transaction: each is a search, and everybody who writes waits for it.
const MOST_CONDITIONS: usize = 500;

/// Refuses more conditional references than that, the same one counted once.
fn bounded(entries: &[Entry], base: &str) -> Result<(), Fault> {
    let all = entries.iter().filter_map(|entry| entry.resource.as_ref()).flat_map(references::all);
    let asks = |text: &String| matches!(Reference::literal(text, base), Reference::Conditional(_));
    let asked: BTreeSet<String> = all.filter(asks).collect();
    if asked.len() > MOST_CONDITIONS { Err(too_many()) } else { Ok(()) }
}

/// For every other server among the links: the links to it as relative references. An entry whose `fullUrl` is the address of a
/// resource there means that server's own Patient by `Patient/7` <https://hl7.org/fhir/R4/bundle.html#references>.
fn siblings(links: &BTreeMap<String, String>) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut servers: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (url, key) in links {
        if let Some((server, relative)) = server(url).and_then(|server| Some((server, url.strip_prefix(server)?))) {
            servers.entry(server.to_owned()).or_default().insert(relative.to_owned(), key.clone());
        }
    }
    servers
}

/// `https://elsewhere/fhir/` of `https://elsewhere/fhir/Patient/7`.
fn server(url: &str) -> Option<&str> {
    let (rest, _id) = url.rsplit_once('/')?;
    let (server, _type) = rest.rsplit_once('/')?;
    url.get(..=server.len()).filter(|_| server.contains("://"))
}

/// Finds what each `Type?search` reference names and remembers it among the links.
fn resolve_conditions(
    session: &mut Session<'_, '_>,
    value: &mut Value,
    links: &mut BTreeMap<String, String>,
) -> Result<(), Fault> {
    for text in references::all(value) {
        let Reference::Conditional(condition) = Reference::literal(&text, &session.context.base) else { continue };
        if links.contains_key(&text) {
            continue;
        }
        let (rtype, search) = condition.split_once('?').unwrap_or((&condition, ""));
        let place = || references::place(value, &text);
        let rtype = rtype.parse().map_err(|_| no_match(&place()))?;
        let found = condition::matching(session, rtype, search)?.ok_or_else(|| no_match(&place()))?;
        links.insert(text, found.key.to_string());
    }
    Ok(())
}

/// The elements that can hold a link: references, and those of type uri, url, oid or uuid. Any other text that looks like one (a
/// business identifier that is a UUID too) is the caller's own.
const LINKS: &[&str] =
    &["reference", "url", "uri", "instantiatesUri", "policy", "valueUri", "valueUrl", "valueUuid", "valueOid"];

/// Replaces every link that is exactly a `fullUrl` or condition of the transaction, in elements and in narratives.
fn relink(value: &mut Value, links: &BTreeMap<String, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| relink(item, links)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "div" => relink_narrative(text, links),
                    Value::String(text) if LINKS.contains(&name.as_str()) => relink_text(text, links),
                    Value::Array(items) if LINKS.contains(&name.as_str()) => {
                        for item in items {
                            if let Value::String(text) = item {
                                relink_text(text, links);
                            } else {
                                relink(item, links);
                            }
                        }
                    }
                    member => relink(member, links),
                }
            }
        }
        _ => {}
    }
}

fn relink_text(text: &mut String, links: &BTreeMap<String, String>) {
    if let Some(link) = links.get(text.as_str()) {
        text.clone_from(link);
    }
}

/// `<a href="…">` and `<img src="…">`. A narrative was read strictly: an attribute stands between quotes of one kind.
fn relink_narrative(div: &mut String, links: &BTreeMap<String, String>) {
    let mut relinked = String::new();
    let mut rest = div.as_str();
    while let Some(at) = ["href=", "src="].iter().filter_map(|name| Some(rest.find(name)? + name.len())).min() {
        let (before, after) = rest.split_at(at);
        relinked.push_str(before);
        rest = after;
        let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
        let Some((target, behind)) = after.get(1..).and_then(|after| after.split_once(quote)) else { continue };
        if let Some(link) = links.get(target) {
            relinked.push(quote);
            relinked.push_str(link);
            relinked.push(quote);
            rest = behind;
        }
    }
    if !relinked.is_empty() {
        relinked.push_str(rest);
        *div = relinked;
    }
}

fn no_dangling_urn(resource: &Value) -> Result<(), Fault> {
    let inner = |text: &String| text.starts_with("urn:uuid:") || text.starts_with("urn:oid:");
    let dangling = references::all(resource).into_iter().find(inner);
    dangling.map_or(Ok(()), |text| Err(no_entry(&references::place(resource, &text))))
}

fn too_many() -> Fault {
    let issue = Issue::error(
        IssueCode::TooCostly,
        TOO_COSTLY,
        format!("Transaksjonen har flere enn {MOST_CONDITIONS} betingede referanser. Del den opp, eller bruk Type/id."),
        format!("The transaction has more than {MOST_CONDITIONS} conditional references. Split it, or use Type/id."),
    );
    Fault::invalid(issue.at("Bundle.entry"))
}

fn no_match(at: &str) -> Fault {
    Fault::Precondition(
        Issue::error(
            IssueCode::NotFound,
            "conditional-reference-unmatched",
            "En betinget referanse treffer ingen ressurs du kan se. Rett søket, eller opprett den i samme transaksjon og vis til dens fullUrl.",
            "A conditional reference matches no resource you may see. Mend the search, or create it in the same transaction and refer to its fullUrl.",
        )
        .at(at),
    )
}

fn no_entry(at: &str) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            "dangling-urn",
            "En urn:uuid- eller urn:oid-referanse har ingen oppføring med samme fullUrl i transaksjonen.",
            "A urn:uuid or urn:oid reference has no entry with the same fullUrl in the transaction.",
        )
        .at(at),
    )
}
