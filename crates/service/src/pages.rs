//! Bundles of stored resources, written around their verbatim bytes: nothing is parsed to be sent
//! <https://hl7.org/fhir/R4/bundle.html>.

use crate::fault::Fault;
use crate::{Refusal, Reply};
use serde_json::{Value, json};
use varde_fhir::reference::relative;
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode};
use varde_store::Stored;

/// How an OperationOutcome that we wrote begins.
const OUTCOME: &[u8] = br#"{"resourceType":"OperationOutcome""#;

/// A Bundle being written.
pub(crate) struct Pages {
    bytes: Vec<u8>,
    entries: usize,
}

impl Pages {
    /// Opens a Bundle of a type with its links and, when asked for, its total.
    pub(crate) fn open(kind: &str, links: &[(&str, String)], total: Option<i64>) -> Self {
        let links: Vec<Value> =
            links.iter().map(|(relation, url)| json!({ "relation": relation, "url": url })).collect();
        let mut head = json!({ "resourceType": "Bundle", "type": kind });
        if let Some(object) = head.as_object_mut() {
            if let Some(total) = total {
                object.insert("total".to_owned(), total.into());
            }
            if !links.is_empty() {
                object.insert("link".to_owned(), links.into());
            }
        }
        let mut bytes = head.to_string().into_bytes();
        bytes.pop();
        Self { bytes, entries: 0 }
    }

    /// Adds an entry: `rest` is an object whose members follow `fullUrl` and `resource` (`search`, `request`, `response`).
    pub(crate) fn push(&mut self, full_url: Option<&str>, resource: Option<&[u8]>, rest: &Value) {
        self.bytes.extend_from_slice(if self.entries == 0 { b",\"entry\":[{" } else { b",{" });
        self.entries += 1;
        let mut first = true;
        if let Some(url) = full_url {
            self.member(&mut first, "fullUrl", Value::from(url).to_string().as_bytes());
        }
        if let Some(resource) = resource {
            self.member(&mut first, "resource", resource);
        }
        for (name, value) in rest.as_object().into_iter().flatten() {
            self.member(&mut first, name, value.to_string().as_bytes());
        }
        self.bytes.push(b'}');
    }

    /// Adds a stored resource under its full URL.
    pub(crate) fn push_stored(&mut self, base: &str, stored: &Stored, rest: &Value) {
        let body = (!stored.deleted).then_some(stored.body.as_slice());
        self.push(Some(&format!("{base}/{}", stored.key)), body, rest);
    }

    /// How many bytes it is so far.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The finished Bundle.
    pub(crate) fn close(mut self) -> Vec<u8> {
        if self.entries > 0 {
            self.bytes.push(b']');
        }
        self.bytes.push(b'}');
        self.bytes
    }

    fn member(&mut self, first: &mut bool, name: &str, value: &[u8]) {
        if !std::mem::take(first) {
            self.bytes.push(b',');
        }
        self.bytes.extend_from_slice(Value::from(name).to_string().as_bytes());
        self.bytes.push(b':');
        self.bytes.extend_from_slice(value);
    }
}

/// The most that the answers of one Bundle may be together, in bytes: all of it is held in memory.
const MOST_BYTES: usize = 64 << 20;

/// Whether a response Bundle that has grown to so many bytes may grow further; 413 for the entry that finds no room.
pub(crate) fn room(size: usize) -> Result<(), Fault> {
    if size <= MOST_BYTES {
        return Ok(());
    }
    let issue = Issue::error(
        IssueCode::TooCostly,
        "bundle-answer-too-large",
        "Svarene på oppføringene er til sammen for store. Del opp Bundle, eller bruk _count.",
        "The answers to the entries are too large together. Split the Bundle, or use _count.",
    );
    Err(Fault::Refused(Box::new(Refusal { status: 413, issue, allow: None })))
}

/// One entry of a response Bundle.
pub(crate) fn push_reply(bundle: &mut Pages, base: &str, reply: &Reply) {
    let mut response = json!({ "status": reply.status.to_string() });
    if let Some(object) = response.as_object_mut() {
        if let Some(location) = &reply.location {
            object.insert("location".to_owned(), location.clone().into());
        }
        if let Some(etag) = &reply.etag {
            object.insert("etag".to_owned(), format!("W/\"{etag}\"").into());
        }
        if let Some(at) = reply.last_modified {
            object.insert("lastModified".to_owned(), instant(at).into());
        }
    }
    // No OperationOutcome is ever stored: one in a body says how it went, and is not the resource at `fullUrl`.
    let outcome = reply.body.as_deref().filter(|body| body.starts_with(OUTCOME));
    if let (Some(body), Some(object)) = (outcome, response.as_object_mut()) {
        object.insert("outcome".to_owned(), serde_json::from_slice(body).unwrap_or(Value::Null));
    }
    let full_url = reply.location.as_deref().map(|l| full_url(base, l));
    let body = reply.body.as_deref().filter(|_| outcome.is_none());
    bundle.push(full_url.as_deref(), body, &json!({ "response": response }));
}

fn full_url(base: &str, location: &str) -> String {
    let relative = relative(location, base);
    let key = relative.split("/_history").next().unwrap_or(relative);
    format!("{base}/{key}")
}
