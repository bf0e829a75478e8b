//! search <https://hl7.org/fhir/R4/search.html>: one base relation (what the actor may see), one page, opaque cursors.

use crate::context::Context;
use crate::fault::Fault;
use crate::pages::Pages;
use crate::session::Session;
use crate::url::joined;
use crate::{Reply, answer, cursor, part};
use serde_json::json;
use varde_auth::policy::{self, Act};
use varde_fhir::query::Query;
use varde_fhir::registry::{Interaction, served_types};
use varde_fhir::summary::Summary;
use varde_fhir::{ResourceType, query};
use varde_store::{SearchPage, Stored};

/// The page of matches as a `searchset` Bundle.
pub(crate) fn search(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    params: &[(String, String)],
    by_post: bool,
) -> Result<Reply, Fault> {
    let context = session.context;
    let query = query::parse(rtype, params, &context.base, context.prefer.lenient, by_post).map_err(Fault::Invalid)?;
    let mut reply = found(session, &permitted(context, query)?, &format!("{}/{rtype}", context.base))?;
    reply.rtype = Some(rtype);
    Ok(reply)
}

/// A page of what a search that is read and permitted finds; `url` is its address without `_search`.
pub(crate) fn found(session: &mut Session<'_, '_>, query: &Query, url: &str) -> Result<Reply, Fault> {
    let context = session.context;
    let position = query.cursor.as_deref().map(|text| cursor::open(text, context, query)).transpose()?;
    let page = session.store.search(query, &context.view(), position.as_deref())?;

    // What a national number found must not come back as a URL that carries it (domain.md §5).
    let links = if query.national_number {
        secret_links(session, query, &page, url)
    } else {
        links(session, query, &page, url)
    };
    let mut bundle = Pages::open("searchset", &links, page.total);
    for (stored, mode) in labelled(page) {
        session.show(&stored);
        // `_elements` names those of the types searched.
        let summary = query.summary.as_ref().filter(|part| mode == MATCH || !matches!(part, Summary::Elements(_)));
        bundle.push_found(&context.base, &part::of(stored, summary)?, mode);
    }
    if !query.ignored.is_empty() {
        let outcome = answer::outcome(context, &query.ignored);
        bundle.push(None, Some(&outcome), &json!({ "search": { "mode": "outcome" } }));
    }
    Ok(Reply { status: 200, body: Some(bundle.close()), ..Reply::default() })
}

/// The search as far as the caller's scopes reach: a chain asks of the types it leads through as a search of them does, and
/// what they may not read is not included.
pub(crate) fn permitted(context: &Context, mut query: Query) -> Result<Query, Fault> {
    for rtype in query.linked() {
        policy::allows(&context.actor, &Act::Interaction(Interaction::SearchType, rtype))?;
    }
    if !(query.includes.is_empty() && query.revincludes.is_empty()) {
        let may = |rtype| policy::allows(&context.actor, &Act::Interaction(Interaction::Read, rtype)).is_ok();
        query.includable = Some(served_types().iter().map(|row| row.rtype).filter(|rtype| may(*rtype)).collect());
    }
    Ok(query)
}

/// The search mode of what was searched for.
const MATCH: &str = "match";

fn labelled(page: SearchPage) -> impl Iterator<Item = (Stored, &'static str)> {
    let matches = page.matches.into_iter().map(|stored| (stored, MATCH));
    matches.chain(page.included.into_iter().map(|stored| (stored, "include")))
}

/// `self` tells what was understood; `next` goes on where this page ends.
fn links(session: &Session<'_, '_>, query: &Query, page: &SearchPage, url: &str) -> Vec<(&'static str, String)> {
    let context = session.context;
    let asked = || query.used.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut links = vec![("self", joined(url, asked()))];
    if let Some(next) = &page.next {
        let cursor = cursor::seal(next, context, query);
        let onward = asked().filter(|(name, _)| *name != "_cursor").chain([("_cursor", cursor.as_str())]);
        links.push(("next", joined(url, onward)));
    }
    links
}

/// Links of a search that only `POST _search` may make: the caller repeats its form, with `_cursor` for the next page.
fn secret_links(session: &Session<'_, '_>, query: &Query, page: &SearchPage, url: &str) -> Vec<(&'static str, String)> {
    let context = session.context;
    let url = format!("{url}/_search");
    let next = page.next.as_ref().map(|next| ("next", format!("{url}?_cursor={}", cursor::seal(next, context, query))));
    std::iter::once(("self", url)).chain(next).collect()
}
