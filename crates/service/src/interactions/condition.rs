//! Conditions: the one resource that a search finds among what the actor may see
//! <https://hl7.org/fhir/R4/http.html#cond-update>. Asked in the writer's turn, so that nobody comes between the answer and what
//! is done with it.

use crate::Place;
use crate::fault::Fault;
use crate::interactions::search;
use crate::session::Session;
use varde_auth::policy::{self, Act};
use varde_fhir::reference::relative;
use varde_fhir::registry::Interaction;
use varde_fhir::{Issue, IssueCode, ResourceKey, ResourceType, percent, query};
use varde_store::Stored;

/// The address of what a write is about; `None` when a search finds nothing.
pub(crate) fn found(session: &mut Session<'_, '_>, place: &Place) -> Result<Option<ResourceKey>, Fault> {
    match place {
        Place::Id(key) => Ok(Some(key.clone())),
        Place::Found { rtype, params, in_url } => Ok(one(session, *rtype, params, !in_url)?.map(|stored| stored.key)),
    }
}

/// The one resource a condition (`If-None-Exist`, a conditional reference) finds; 412 when it finds several.
pub(crate) fn matching(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    condition: &str,
) -> Result<Option<Stored>, Fault> {
    let params = params(rtype, condition, &session.context.base)?;
    // A header is not a URL: a national number may stand in it.
    one(session, rtype, &params, true)
}

/// A condition is a search, and needs the right to search.
fn one(
    session: &mut Session<'_, '_>,
    rtype: ResourceType,
    params: &[(String, String)],
    secret: bool,
) -> Result<Option<Stored>, Fault> {
    policy::allows(&session.context.actor, &Act::Interaction(Interaction::SearchType, rtype))?;
    let query = query::parse(rtype, params, &session.context.base, false, secret).map_err(Fault::Invalid)?;
    let mut query = search::permitted(session.context, query)?;
    // Without a criterion it would find everything.
    if (query.terms.is_empty() && query.links.is_empty()) || query.cursor.is_some() {
        return Err(bad_condition());
    }
    query.count = 2;
    let view = session.context.view();
    let mut matches = session.store.search(&query, &view, None)?.matches;
    if matches.len() > 1 {
        return Err(Fault::Precondition(
            Issue::error(
                IssueCode::MultipleMatches,
                "multiple-matches",
                "Betingelsen treffer flere ressurser. Bruk et mer entydig søk, for eksempel på identifier.",
                "The condition matches several resources. Use a more selective search, for example by identifier.",
            )
            .at("http.condition"),
        ));
    }
    Ok(matches.pop())
}

/// The parameters of a condition.
pub(crate) fn params(rtype: ResourceType, condition: &str, base: &str) -> Result<Vec<(String, String)>, Fault> {
    pairs(query_of(condition, rtype, base))
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
    Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            "bad-condition",
            "Betingelsen er ikke et søk. Skriv for eksempel identifier=system|verdi, prosentkodet.",
            "The condition is not a search. Write for example identifier=system|value, percent-encoded.",
        )
        .at("http.condition"),
    )
}
