//! What every refusal looks like, whatever was wrong: an OperationOutcome that names code, place and request, in the caller's
//! language, and says nothing about anybody.

use crate::answer::Answer;
use crate::people::{ANNEN, BARN, TESTINE};
use crate::world::World;
use reqwest::blocking::RequestBuilder;
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use serde_json::Value;

/// Fails the test unless the answer is this refusal: its status, its message code, and where it points.
#[track_caller]
pub(crate) fn assert_refused(answer: &Answer, status: u16, key: &str, at: Option<&str>) {
    if let Some(wrong) = wrong(answer, status, key, at) {
        panic!("{wrong}");
    }
}

/// Sends a request in English, the default and Norwegian; what differs from the refusal that is expected.
pub(crate) fn sent(
    world: &World,
    request: RequestBuilder,
    status: u16,
    key: &str,
    at: Option<&str>,
) -> (Answer, Option<String>) {
    let norwegian = request.try_clone().expect("a body that can be sent twice");
    let language = HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static("nb-NO, nb;q=0.9"))]);
    let english = world.send(request);
    let norwegian = world.send(norwegian.headers(language));
    let problem = wrong(&english, status, key, at)
        .or_else(|| wrong(&norwegian, status, key, at))
        .or_else(|| same_language(&english, &norwegian));
    (english, problem)
}

/// What differs from the refusal that is expected, in words; `None` when nothing does.
pub(crate) fn wrong(answer: &Answer, status: u16, key: &str, at: Option<&str>) -> Option<String> {
    let expected = format!("expected {status} {key} at {at:?}");
    let found = format!("{} {:?} at {:?}: {}", answer.status, answer.codes(), places(answer), shortened(&answer.text));
    let holds = answer.status == status
        && answer.codes().contains(&key)
        && at.is_none_or(|at| issues(answer).iter().any(|issue| code(issue) == key && place(issue) == Some(at)));
    if !holds {
        return Some(format!("{expected}, found {found}"));
    }
    malformed(answer).map(|problem| format!("{expected}: {problem}: {found}"))
}

/// The shape every refusal has.
fn malformed(answer: &Answer) -> Option<&'static str> {
    if !answer.header("content-type").is_some_and(|media| media.starts_with("application/") && media.contains("json")) {
        return Some("not JSON");
    }
    if answer.json["resourceType"] != "OperationOutcome" {
        return Some("no OperationOutcome");
    }
    let Some(id) = answer.header("x-request-id") else { return Some("no X-Request-Id") };
    for issue in issues(answer) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if issue["severity"] != "error" || text(&issue["code"]).is_empty() {
            return Some("an issue without severity or code");
        }
        if text(&issue["details"]["text"]).is_empty() || text(&issue["details"]["coding"][0]["system"]).is_empty() {
            return Some("an issue without text or code system");
        }
        if !is_listed(&issue["details"]["coding"][0]) {
            return Some("a code that is in neither docs/errors.md nor docs/rules.md");
        }
        // What is ours, or passes by itself, is nowhere in the request.
        if answer.status < 500 && text(&issue["expression"][0]).is_empty() {
            return Some("an issue without a place");
        }
        if !text(&issue["diagnostics"]).ends_with(id) {
            return Some("an issue without the request id");
        }
    }
    names_somebody(answer).then_some("a national number is echoed")
}

/// Whether a code is one of those that the lists of messages and of rules tell of.
fn is_listed(coding: &Value) -> bool {
    let list = match coding["system"].as_str() {
        Some("https://varde.no/fhir/CodeSystem/varde-message") => include_str!("../../docs/errors.md"),
        Some("https://varde.no/fhir/CodeSystem/varde-rule") => include_str!("../../docs/rules.md"),
        _ => return false,
    };
    coding["code"].as_str().is_some_and(|code| list.contains(&format!("`{code}`")))
}

/// Whether a national number of the test world stands anywhere in an answer.
pub(crate) fn names_somebody(answer: &Answer) -> bool {
    let headers = answer.headers.iter().map(|(_, value)| value.as_str());
    let mut texts = headers.chain([answer.text.as_str()]);
    texts.any(|text| [TESTINE, ANNEN, BARN].iter().any(|number| text.contains(number)))
}

fn same_language(english: &Answer, norwegian: &Answer) -> Option<String> {
    let texts = |answer: &Answer| -> Vec<String> {
        issues(answer).iter().map(|issue| issue["details"]["text"].as_str().unwrap_or_default().to_owned()).collect()
    };
    (texts(english) == texts(norwegian))
        .then(|| format!("the same text in both languages: {}", shortened(&english.text)))
}

fn issues(answer: &Answer) -> &[Value] {
    answer.json["issue"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn code(issue: &Value) -> &str {
    issue["details"]["coding"][0]["code"].as_str().unwrap_or_default()
}

fn place(issue: &Value) -> Option<&str> {
    issue["expression"][0].as_str()
}

fn places(answer: &Answer) -> Vec<&str> {
    issues(answer).iter().filter_map(place).collect()
}

fn shortened(text: &str) -> String {
    text.chars().take(600).collect()
}
