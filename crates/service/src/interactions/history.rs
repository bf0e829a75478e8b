//! history of an instance <https://hl7.org/fhir/R4/http.html#history>, newest first; it stays after a delete.

use crate::Reply;
use crate::fault::Fault;
use crate::pages::Pages;
use crate::session::Session;
use serde_json::{Value, json};
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, ResourceKey};
use varde_store::Stored;

/// Versions on a page when `_count` does not say.
const DEFAULT_COUNT: i64 = 50;
/// The most versions on a page.
const MAX_COUNT: i64 = 200;

/// The versions as a `history` Bundle; `_count` and `_cursor` page it.
pub(crate) fn history(
    session: &mut Session<'_, '_>,
    key: &ResourceKey,
    params: &[(String, String)],
) -> Result<Reply, Fault> {
    let page = page(params)?;
    let view = session.context.view();
    let mut versions = session.store.history_visible(key, page.count + 1, page.before, &view)?;
    if versions.is_empty() {
        // Nothing on this page; whether it is a page at all?
        session.version(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
    }
    let more = i64::try_from(versions.len()).unwrap_or(i64::MAX) > page.count;
    let revived: Vec<i64> = versions.iter().filter(|stored| stored.deleted).map(|stored| stored.version + 1).collect();
    versions.truncate(usize::try_from(page.count).unwrap_or(usize::MAX));

    let url = format!("{}/{key}/_history?_count={}", session.context.base, page.count);
    let here = page.before.map(|before| format!("&_cursor={before}")).unwrap_or_default();
    let mut links = vec![("self", format!("{url}{here}"))];
    if let Some(last) = versions.last().filter(|_| more) {
        links.push(("next", format!("{url}&_cursor={}", last.version)));
    }
    let mut bundle = Pages::open("history", &links, None);
    for stored in &versions {
        bundle.push_stored(&session.context.base, stored, &how(stored, revived.contains(&stored.version)));
        session.show(stored);
    }
    Ok(Reply { status: 200, body: Some(bundle.close()), ..Reply::default() })
}

/// `request` and `response` of a history entry; an update after a delete is a creation once more.
fn how(stored: &Stored, revived: bool) -> Value {
    let (method, url, status) = match (stored.deleted, stored.version) {
        (true, _) => ("DELETE", stored.key.to_string(), "204"),
        (false, 1) => ("POST", stored.key.rtype.to_string(), "201"),
        (false, _) if revived => ("PUT", stored.key.to_string(), "201"),
        (false, _) => ("PUT", stored.key.to_string(), "200"),
    };
    json!({
        "request": { "method": method, "url": url },
        "response": {
            "status": status,
            "etag": format!("W/\"{}\"", stored.version),
            "lastModified": instant(stored.last_updated),
        },
    })
}

struct Page {
    count: i64,
    before: Option<i64>,
}

fn page(params: &[(String, String)]) -> Result<Page, Fault> {
    let mut page = Page { count: DEFAULT_COUNT, before: None };
    for (name, value) in params {
        let number = || value.parse::<i64>().ok().filter(|n| *n > 0).ok_or_else(|| bad(name));
        match name.as_str() {
            "_count" => page.count = number()?.min(MAX_COUNT),
            "_cursor" => page.before = Some(number()?),
            _ => return Err(unknown(name)),
        }
    }
    Ok(page)
}

fn bad(name: &str) -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Value,
            "bad-parameter-value",
            format!("{name} må være et positivt heltall."),
            format!("{name} must be a positive whole number."),
        )
        .at(format!("http.{name}")),
    )
}

/// Repeats the name only when it looks like one: a caller may have put anything there.
fn unknown(name: &str) -> Fault {
    let plain = (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphabetic() || b"_-:.".contains(&b));
    Fault::invalid(
        Issue::error(
            IssueCode::NotSupported,
            "unknown-parameter",
            "Ukjent parameter for _history. Støttet: _count.",
            "Unknown parameter for _history. Supported: _count.",
        )
        .at(if plain { format!("http.{name}") } else { "http.url".to_owned() }),
    )
}
