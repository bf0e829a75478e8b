//! One request of the story and its answer.

use super::misstep::Misstep;
use serde_json::Value;

/// A request, as one of the cast sends it.
pub(super) struct Call<'a> {
    pub(super) persona: &'static str,
    pub(super) method: &'static str,
    /// Below `/fhir/`, e.g. `CareTeam/$appoint`; empty for a transaction.
    pub(super) path: &'a str,
    pub(super) body: Body<'a>,
    pub(super) if_match: Option<&'a str>,
}

/// What a request carries.
pub(super) enum Body<'a> {
    None,
    Json(&'a Value),
    /// A search by form: a national number stands in the body, never in the URL.
    Form(&'a [(&'a str, &'a str)]),
}

impl<'a> Call<'a> {
    pub(super) const fn get(persona: &'static str, path: &'a str) -> Self {
        Self { persona, method: "GET", path, body: Body::None, if_match: None }
    }

    pub(super) const fn post(persona: &'static str, path: &'a str, body: &'a Value) -> Self {
        Self { persona, method: "POST", path, body: Body::Json(body), if_match: None }
    }

    pub(super) const fn put(persona: &'static str, path: &'a str, body: &'a Value, if_match: &'a str) -> Self {
        Self { persona, method: "PUT", path, body: Body::Json(body), if_match: Some(if_match) }
    }

    pub(super) const fn search(persona: &'static str, path: &'a str, form: &'a [(&'a str, &'a str)]) -> Self {
        Self { persona, method: "POST", path, body: Body::Form(form), if_match: None }
    }
}

/// What came back.
pub(super) struct Answer {
    /// `METHOD /fhir/path as persona`, for messages.
    pub(super) request: String,
    pub(super) status: u16,
    pub(super) etag: Option<String>,
    pub(super) body: Value,
}

impl Answer {
    /// The answer, when it has this status; otherwise what the server said about it.
    pub(super) fn expect(self, status: u16) -> Result<Self, Misstep> {
        if self.status == status {
            return Ok(self);
        }
        let said = self.outcome();
        let said = if said.is_empty() { String::new() } else { format!(" ({said})") };
        Err(self.unexpected(&format!("expected {status}, got {}{said}", self.status)))
    }

    /// The text at a JSON pointer.
    pub(super) fn text(&self, pointer: &str) -> Result<&str, Misstep> {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .ok_or_else(|| self.unexpected(&format!("nothing at {pointer}")))
    }

    /// `Type/id` of the resource in the body.
    pub(super) fn key(&self) -> Result<String, Misstep> {
        Ok(format!("{}/{}", self.text("/resourceType")?, self.text("/id")?))
    }

    /// The parameters of this name in a `Parameters` body.
    pub(super) fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Value> {
        named_in(&self.body, "parameter", name)
    }

    /// The resource in the first parameter of this name.
    pub(super) fn resource(&self, name: &str) -> Result<Value, Misstep> {
        let found = self.parameters(name).find_map(|parameter| parameter.get("resource")).cloned();
        found.ok_or_else(|| self.unexpected(&format!("no parameter {name} with a resource")))
    }

    /// The matches of a searchset.
    pub(super) fn matches(&self) -> Vec<Value> {
        let entries = self.body.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_match = |entry: &&Value| entry.pointer("/search/mode").and_then(Value::as_str) == Some("match");
        entries.iter().filter(is_match).filter_map(|entry| entry.get("resource")).cloned().collect()
    }

    /// The rule and message codes of an `OperationOutcome` and its first text.
    pub(super) fn outcome(&self) -> String {
        let issues = self.body.get("issue").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let said = issues.iter().map(|issue| {
            let part = |pointer: &str| issue.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            let place = part("/expression/0");
            let place = if place.is_empty() { String::new() } else { format!(" at {place}") };
            format!("{}: {}{place}", part("/details/coding/0/code"), part("/details/text"))
        });
        said.collect::<Vec<_>>().join("; ")
    }

    /// The rule and message codes of an `OperationOutcome`.
    pub(super) fn codes(&self) -> Vec<&str> {
        let issues = self.body.get("issue").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        issues.iter().filter_map(|issue| issue.pointer("/details/coding/0/code")?.as_str()).collect()
    }

    /// A misstep about this answer.
    pub(super) fn unexpected(&self, problem: &str) -> Misstep {
        Misstep::Unexpected { request: self.request.clone(), problem: problem.to_owned() }
    }
}

/// The parts of this name in a parameter, or the parameters in a body (`list` says which).
pub(super) fn named_in<'a>(holder: &'a Value, list: &str, name: &'a str) -> impl Iterator<Item = &'a Value> {
    let items = holder.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter(move |item| item.get("name").and_then(Value::as_str) == Some(name))
}
