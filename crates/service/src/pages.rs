//! Bundles of stored resources, written around their verbatim bytes: nothing is parsed to be sent
//! <https://hl7.org/fhir/R4/bundle.html>.

use crate::fault::Fault;
use crate::{Refusal, Reply};
use serde::Serialize;
use serde_json::{Value, json};
use varde_fhir::reference::relative;
use varde_fhir::time::instant;
use varde_fhir::{Issue, IssueCode};
use varde_store::Stored;

/// How an OperationOutcome that we wrote begins.
const OUTCOME: &[u8] = br#"{"resourceType":"OperationOutcome""#;

/// What stands around the body of a search's entry, its id included, in bytes: a guess.
const AROUND: usize = 160;

/// A Bundle being written.
pub(crate) struct Pages {
    bytes: Vec<u8>,
    entries: usize,
}

impl Pages {
    /// Opens a Bundle of a type with its links and, when asked for, its total.
    pub(crate) fn open(kind: &'static str, links: &[(&'static str, String)], total: Option<i64>) -> Self {
        let mut bundle = Self { bytes: Vec::new(), entries: 0 };
        bundle.raw(&[r#"{"resourceType":"Bundle","type":""#, kind, "\""]);
        if let Some(total) = total {
            bundle.raw(&[r#","total":"#, &total.to_string()]);
        }
        for (place, (relation, url)) in links.iter().enumerate() {
            bundle.raw(&[if place == 0 { r#","link":["# } else { "," }, r#"{"relation":""#, relation, r#"","url":"#]);
            bundle.text(url);
            bundle.raw(&["}"]);
        }
        if !links.is_empty() {
            bundle.raw(&["]"]);
        }
        bundle
    }

    /// Adds an entry: `rest` is an object whose members follow `fullUrl` and `resource` (`search`, `request`, `response`).
    pub(crate) fn push(&mut self, full_url: Option<&str>, resource: Option<&[u8]>, rest: &Value) {
        self.entry();
        let mut first = true;
        if let Some(url) = full_url {
            self.name(&mut first, "fullUrl");
            self.text(url);
        }
        if let Some(resource) = resource {
            self.name(&mut first, "resource");
            self.bytes.extend_from_slice(resource);
        }
        for (name, value) in rest.as_object().into_iter().flatten() {
            self.name(&mut first, name);
            self.json(value);
        }
        self.raw(&["}"]);
    }

    /// Adds a stored resource under its full URL.
    pub(crate) fn push_stored(&mut self, base: &str, stored: &Stored, rest: &Value) {
        let body = (!stored.deleted).then_some(stored.body.as_slice());
        self.push(Some(&format!("{base}/{}", stored.key)), body, rest);
    }

    /// Adds a stored resource that a search found, under its full URL.
    pub(crate) fn push_found(&mut self, base: &str, stored: &Stored, mode: &'static str) {
        self.bytes.reserve(stored.body.len() + base.len() + AROUND);
        self.entry();
        self.raw(&[r#""fullUrl":"#]);
        self.text(&format!("{base}/{}", stored.key));
        self.raw(&[r#","resource":"#]);
        self.bytes.extend_from_slice(&stored.body);
        self.raw(&[r#","search":{"mode":""#, mode, r#""}}"#]);
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

    fn entry(&mut self) {
        self.raw(&[if self.entries == 0 { r#","entry":[{"# } else { ",{" }]);
        self.entries += 1;
    }

    fn name(&mut self, first: &mut bool, name: &str) {
        if !std::mem::take(first) {
            self.raw(&[","]);
        }
        self.text(name);
        self.raw(&[":"]);
    }

    fn text(&mut self, text: &str) {
        self.json(&text);
    }

    fn json(&mut self, value: &impl Serialize) {
        // A text, or JSON already: writing it to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.bytes, value);
    }

    fn raw(&mut self, texts: &[&str]) {
        for text in texts {
            self.bytes.extend_from_slice(text.as_bytes());
        }
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
