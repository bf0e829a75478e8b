//! Search cursors: opaque, and bound to the caller and to the search they came from
//! ([0010](../../../docs/decisions/0010-cursors.md)).
//!
//! A position is the number of a commit, which would tell how much others write: it is encrypted, not only signed. The code that
//! authenticates it is also the nonce (a synthetic initialisation vector, RFC 5297 § 1.1), so a cursor needs no randomness, and the
//! same page has the same cursor.

use crate::context::Context;
use crate::fault::Fault;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use varde_fhir::query::Query;
use varde_fhir::{Issue, IssueCode};

/// Length of the code, in bytes.
const CODE: usize = 16;
/// A position is filled up to a multiple of this, so that a cursor's length tells little.
const FILL: usize = 48;

/// Wraps a position for the `next` link of a search.
pub(crate) fn seal(position: &str, context: &Context, query: &Query) -> String {
    sealed(position, context, &query.place(), &asked(query))
}

/// Unwraps `_cursor`; 400 when it belongs to another search or caller, was altered, or is none of ours.
pub(crate) fn open(text: &str, context: &Context, query: &Query) -> Result<String, Fault> {
    opened(text, context, &query.place(), &asked(query))
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
    asked.map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn sealed(position: &str, context: &Context, what: &str, asked: &[(&str, &str)]) -> String {
    let mut plain = position.as_bytes().to_vec();
    plain.resize(position.len().next_multiple_of(FILL), 0);
    let code = code(&plain, context, what, asked);
    URL_SAFE_NO_PAD.encode([&code[..], &crossed(plain, code, context)].concat())
}

fn opened(text: &str, context: &Context, what: &str, asked: &[(&str, &str)]) -> Result<String, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
    let (given, rest) = bytes.split_first_chunk::<CODE>().ok_or_else(bad)?;
    let plain = crossed(rest.to_vec(), *given, context);
    verify_slices_are_equal(given, &code(&plain, context, what, asked)).map_err(|_| bad())?;
    let position = plain.iter().copied().take_while(|byte| *byte != 0).collect();
    String::from_utf8(position).map_err(|_| bad())
}

/// What only this service can compute of the position, the caller and what was asked.
fn code(plain: &[u8], context: &Context, what: &str, asked: &[(&str, &str)]) -> [u8; CODE] {
    let view = context.view();
    let mut code = hmac::Context::with_key(&key(context, "code"));
    let mut part = |text: &[u8]| {
        code.update(&(text.len() as u64).to_be_bytes());
        code.update(text);
    };
    part(plain);
    part(view.organisation.as_deref().unwrap_or_default().as_bytes());
    part(what.as_bytes());
    for (name, value) in asked {
        part(name.as_bytes());
        part(value.as_bytes());
    }
    first(&code.sign())
}

/// The position crossed with a stream that belongs to its code: there and back.
fn crossed(mut bytes: Vec<u8>, code: [u8; CODE], context: &Context) -> Vec<u8> {
    let key = key(context, "stream");
    for (number, block) in (0_u64..).zip(bytes.chunks_mut(32)) {
        let stream = hmac::sign(&key, &[&code[..], &number.to_be_bytes()].concat());
        block.iter_mut().zip(stream.as_ref()).for_each(|(byte, with)| *byte ^= with);
    }
    bytes
}

fn key(context: &Context, purpose: &str) -> hmac::Key {
    let master = hmac::Key::new(hmac::HMAC_SHA256, &context.cursor_key.0);
    hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&master, purpose.as_bytes()).as_ref())
}

fn first(tag: &hmac::Tag) -> [u8; CODE] {
    tag.as_ref().first_chunk().copied().unwrap_or_default()
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
