//! create <https://hl7.org/fhir/R4/http.html#create> and conditional create <https://hl7.org/fhir/R4/http.html#ccreate>.

use crate::fault::Fault;
use crate::interactions::search;
use crate::session::Session;
use crate::{Reply, answer, commit};
use serde_json::Value;
use varde_auth::policy::{self, Act};
use varde_fhir::reference::relative;
use varde_fhir::registry::Interaction;
use varde_fhir::{Issue, IssueCode, ResourceType, percent, query};
use varde_store::Stored;

/// Creates, unless `If-None-Exist` finds one already: 201 with the new, 200 with the one found, 412 with several.
/// Race-free: the search and the write happen in the same place in the queue of writes.
pub(crate) fn create(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    resource: Value,
    if_none_exist: Option<&str>,
) -> Result<Reply, Fault> {
    if let Some(found) = if_none_exist.map(|condition| matching(session, rtype, condition)).transpose()?.flatten() {
        session.show(&found);
        let mut reply = answer::written(session.context, 200, &found);
        // With return=minimal nothing else says which one it was.
        reply.location = Some(answer::location(session.context, &found));
        return Ok(reply);
    }
    let stored = session.create(rtype, resource)?;
    commit::commit(session)?;
    session.show(&stored);
    Ok(answer::written(session.context, 201, &stored))
}

/// The one resource a condition finds among what the actor may see; 412 when it finds several. A condition is a search, and
/// needs the right to search.
pub(crate) fn matching(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    condition: &str,
) -> Result<Option<Stored>, Fault> {
    policy::allows(&session.context.actor, &Act::Interaction(Interaction::SearchType, rtype))?;
    let params = pairs(query_of(condition, rtype, &session.context.base))?;
    if params.is_empty() {
        return Err(bad_condition());
    }
    // A header is not a URL: a national number may stand in it.
    let query = query::parse(rtype, &params, &session.context.base, false, true).map_err(Fault::Invalid)?;
    let mut query = search::permitted(session.context, query)?;
    query.count = 2;
    let view = session.context.view();
    let mut matches = session.store.search(&query, &view, None)?.matches;
    if matches.len() > 1 {
        return Err(Fault::Precondition(Issue::error(
            IssueCode::MultipleMatches,
            "multiple-matches",
            "Betingelsen treffer flere ressurser. Bruk et mer entydig søk, for eksempel på identifier.",
            "The condition matches several resources. Use a more selective search, for example by identifier.",
        )));
    }
    Ok(matches.pop())
}

/// The query of a condition. FHIR wants the query alone; widespread clients send `Type?query` or the whole search URL.
fn query_of<'c>(condition: &'c str, rtype: ResourceType, base: &str) -> &'c str {
    let relative = relative(condition, base);
    let query = relative.strip_prefix(rtype.as_str()).unwrap_or(relative).strip_prefix('?');
    query.unwrap_or(condition)
}

/// `a=b&c=d`, percent-decoded.
pub(crate) fn pairs(condition: &str) -> Result<Vec<(String, String)>, Fault> {
    condition
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').ok_or_else(bad_condition)?;
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Result<String, Fault> {
    percent::decode(text, true).ok_or_else(bad_condition)
}

fn bad_condition() -> Fault {
    Fault::invalid(Issue::error(
        IssueCode::Invalid,
        "bad-condition",
        "Betingelsen er ikke et søk. Skriv for eksempel identifier=system|verdi, prosentkodet.",
        "The condition is not a search. Write for example identifier=system|value, percent-encoded.",
    ))
}
