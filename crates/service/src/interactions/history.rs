//! history of an instance, of a type and of the whole system <https://hl7.org/fhir/R4/http.html#history>, newest first in the
//! order of the commits; it stays after a delete.

mod asked;

use crate::fault::Fault;
use crate::pages::Pages;
use crate::session::Session;
use crate::{Past, Reply, cursor, part};
use asked::Asked;
use serde_json::{Value, json};
use varde_auth::policy;
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode, ResourceKey, ResourceType};
use varde_store::{Made, Reach};

/// The versions as a `history` Bundle; `_count` and `_cursor` page it, `_since` and `_at` choose among them.
pub(crate) fn history(session: &mut Session<'_, '_>, of: &Past, params: &[(String, String)]) -> Result<Reply, Fault> {
    let asked = Asked::read(params)?;
    let context = session.context;
    let path = match of {
        Past::Instance(key) => format!("{key}/_history"),
        Past::Type(rtype) => format!("{rtype}/_history"),
        Past::System => "_history".to_owned(),
    };
    let after = asked.cursor.as_deref().map(|text| cursor::open_past(text, context, &path, &asked.used)).transpose()?;
    let after = after.map(|text| position(&text)).transpose()?;
    let types: Vec<ResourceType> = match of {
        Past::System => policy::past_of(&context.actor),
        Past::Type(rtype) => vec![*rtype],
        Past::Instance(_) => Vec::new(),
    };
    let reach = if let Past::Instance(key) = of { Reach::Resource(key) } else { Reach::Types(&types) };
    let past = varde_store::Past {
        of: reach,
        since: asked.since,
        at: asked.at,
        after: after.as_ref().map(|(key, version)| (key, *version)),
        limit: asked.count + 1,
    };
    let mut versions = session.store.past(&past, &context.view())?;
    if let (true, Past::Instance(key)) = (versions.is_empty(), of) {
        // Nothing on this page; whether it is a page at all?
        session.version(key)?.ok_or_else(|| Fault::NotFound(key.clone()))?;
    }
    let more = i64::try_from(versions.len()).unwrap_or(i64::MAX) > asked.count;
    versions.truncate(usize::try_from(asked.count).unwrap_or(usize::MAX));

    let url = format!("{}/{path}?{}", context.base, part::written(context));
    let mut links = vec![("self", asked.link(&url, asked.cursor.as_deref()))];
    if let Some(last) = versions.last().filter(|_| more) {
        let position = format!("{}/{}", last.stored.key, last.stored.version);
        let onward = cursor::seal_past(&position, context, &path, &asked.used);
        links.push(("next", asked.link(&url, Some(&onward))));
    }
    let mut bundle = Pages::open("history", &links, None);
    for made in versions {
        session.show(&made.stored);
        let (how, asked) = (how(&made), part::asked(context, &made.stored)?);
        bundle.push_stored(&context.base, &part::of(made.stored, asked.as_ref())?, &how);
    }
    Ok(Reply { status: 200, body: Some(bundle.close()), ..Reply::default() })
}

/// `Type/id/version`.
fn position(text: &str) -> Result<(ResourceKey, i64), Fault> {
    let parts = text.rsplit_once('/');
    let parts = parts.and_then(|(key, version)| Some((ResourceKey::parse(key)?, version.parse().ok()?)));
    parts.ok_or_else(|| {
        Fault::invalid(
            Issue::error(
                IssueCode::Invalid,
                "bad-cursor",
                "_cursor leder ikke noe sted. Begynn på nytt uten _cursor.",
                "_cursor leads nowhere. Start over without _cursor.",
            )
            .at("http._cursor"),
        )
    })
}

/// `request` and `response` of a history entry: what really made the version, or what it must have been where nobody noted it.
fn how(made: &Made) -> Value {
    let Made { stored, method, anew } = made;
    let method = match (method.as_str(), stored.deleted) {
        ("", true) => "DELETE",
        ("", false) if stored.version == 1 => "POST",
        ("", false) => "PUT",
        (noted, _) => noted,
    };
    let url = if method == "POST" { stored.key.rtype.to_string() } else { stored.key.to_string() };
    let status = match (stored.deleted, anew) {
        (true, _) => "204",
        (false, true) => "201",
        (false, false) => "200",
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
