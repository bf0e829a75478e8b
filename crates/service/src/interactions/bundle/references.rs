//! Links between the entries of a transaction: `urn:uuid:` (or any `fullUrl`) becomes the id the entry gets, and a
//! conditional reference the one resource it finds <https://hl7.org/fhir/R4/http.html#trules>.

use super::entry::{self, Entry};
use super::plan::Planned;
use crate::fault::Fault;
use crate::interactions::condition;
use crate::references;
use crate::session::Session;
use serde_json::Value;
use std::collections::BTreeMap;
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
        let rtype = rtype.parse().map_err(|_| no_match())?;
        let found = condition::matching(session, rtype, search)?.ok_or_else(no_match)?;
        links.insert(text, found.key.to_string());
    }
    Ok(())
}

/// The elements that can hold a link: references, and those of type uri or url. Any other text that looks like one (a business
/// identifier that is a UUID too) is the caller's own.
const LINKS: &[&str] = &["reference", "url", "uri", "valueUri", "valueUrl", "valueUuid", "valueOid"];
/// The attributes of a narrative that hold one.
const ATTRIBUTES: [&str; 2] = ["href", "src"];

/// Replaces every link that is exactly a `fullUrl` or condition of the transaction.
fn relink(value: &mut Value, links: &BTreeMap<String, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| relink(item, links)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if LINKS.contains(&name.as_str()) => {
                        if let Some(link) = links.get(text.as_str()) {
                            text.clone_from(link);
                        }
                    }
                    Value::String(text) if name == "div" => *text = relinked(text, links),
                    member => relink(member, links),
                }
            }
        }
        _ => {}
    }
}

/// The same for `<a href="…">` and `<img src="…">` of a narrative.
fn relinked(div: &str, links: &BTreeMap<String, String>) -> String {
    let mut relinked = String::with_capacity(div.len());
    let mut rest = div;
    while let Some((before, after)) = rest.split_once('=') {
        relinked.push_str(before);
        relinked.push('=');
        rest = after;
        if !ATTRIBUTES.iter().any(|name| before.ends_with(name)) {
            continue;
        }
        let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { continue };
        let Some((value, behind)) = after.get(1..).and_then(|value| value.split_once(quote)) else { continue };
        relinked.push(quote);
        relinked.push_str(links.get(value).map_or(value, String::as_str));
        relinked.push(quote);
        rest = behind;
    }
    relinked.push_str(rest);
    relinked
}

fn no_dangling_urn(resource: &Value) -> Result<(), Fault> {
    let inner = |text: &String| text.starts_with("urn:uuid:") || text.starts_with("urn:oid:");
    if references::all(resource).iter().any(inner) { Err(no_entry()) } else { Ok(()) }
}

fn no_match() -> Fault {
    Fault::Precondition(Issue::error(
        IssueCode::NotFound,
        "conditional-reference-unmatched",
        "En betinget referanse treffer ingen ressurs du kan se. Opprett den i samme transaksjon, eller rett søket.",
        "A conditional reference matches no resource you may see. Create it in the same transaction, or mend the search.",
    ))
}

fn no_entry() -> Fault {
    Fault::invalid(Issue::error(
        IssueCode::Invalid,
        "dangling-urn",
        "En urn:uuid- eller urn:oid-referanse har ingen oppføring med samme fullUrl i transaksjonen.",
        "A urn:uuid or urn:oid reference has no entry with the same fullUrl in the transaction.",
    ))
}
