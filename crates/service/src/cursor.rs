//! Search cursors: opaque, bound to the caller's organisation and to the query they came from.

use crate::context::Context;
use crate::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use varde_fhir::query::Query;
use varde_fhir::{Issue, IssueCode};

/// Length of the binding in bytes.
const BINDING: usize = 16;

/// Wraps a position for the `next` link.
pub(crate) fn seal(position: &str, context: &Context, query: &Query) -> String {
    sealed(position, context, query.rtype.as_str(), &asked(query))
}

/// Unwraps `_cursor`; 400 when it belongs to another query or caller, or is none of ours.
pub(crate) fn open(text: &str, context: &Context, query: &Query) -> Result<String, Fault> {
    opened(text, context, query.rtype.as_str(), &asked(query))
}

/// [`seal`] for a history: of what (its path), and what chooses among its versions.
pub(crate) fn seal_past(position: &str, context: &Context, path: &str, used: &[(String, String)]) -> String {
    sealed(position, context, path, &pairs(used))
}

/// [`open`] for a history.
pub(crate) fn open_past(text: &str, context: &Context, path: &str, used: &[(String, String)]) -> Result<String, Fault> {
    opened(text, context, path, &pairs(used))
}

fn pairs(used: &[(String, String)]) -> Vec<(&str, &str)> {
    used.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn asked(query: &Query) -> Vec<(&str, &str)> {
    let asked = query.used.iter().filter(|(name, _)| name != "_cursor");
    // A cursor stands in a URL, and even the hash of a national number tells it: there are too few of them.
    asked.map(|(name, value)| (name.as_str(), if query.national_number { "" } else { value.as_str() })).collect()
}

fn sealed(position: &str, context: &Context, what: &str, asked: &[(&str, &str)]) -> String {
    let mut bytes = binding(position, context, what, asked).to_vec();
    bytes.extend_from_slice(position.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn opened(text: &str, context: &Context, what: &str, asked: &[(&str, &str)]) -> Result<String, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
    let (bound, position) = bytes.split_at_checked(BINDING).ok_or_else(bad)?;
    let position = std::str::from_utf8(position).map_err(|_| bad())?;
    if bound == binding(position, context, what, asked) { Ok(position.to_owned()) } else { Err(bad()) }
}

fn binding(position: &str, context: &Context, what: &str, asked: &[(&str, &str)]) -> [u8; BINDING] {
    let mut hash = Sha256::new();
    for part in [context.actor.tenant.as_str(), what, position] {
        hash.update(part);
        hash.update([0]);
    }
    for (name, value) in asked {
        hash.update(name);
        hash.update([b'=']);
        hash.update(value);
        hash.update([0]);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut short = [0; BINDING];
    short.copy_from_slice(digest.first_chunk::<BINDING>().unwrap_or(&[0; BINDING]));
    short
}

fn bad() -> Fault {
    Fault::invalid(
        Issue::error(
            IssueCode::Invalid,
            "bad-cursor",
            "_cursor hører ikke til dette søket. Følg next-lenken uendret, eller begynn på nytt uten _cursor.",
            "_cursor does not belong to this search. Follow the next link unchanged, or start over without _cursor.",
        )
        .at("http._cursor"),
    )
}
