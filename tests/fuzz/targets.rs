//! What is fuzzed: for every way in which bytes come to Varde, what must hold whatever they are. The fuzzer runs these with
//! coverage to guide it, the world suite with seeded chance.

use serde_json::Value;
use varde_fhir::index::{extract, interval};
use varde_fhir::json::{self, Limits};
use varde_fhir::registry::served_types;
use varde_fhir::{ResourceType, query, validate};

/// A request to the server.
pub(crate) struct Sent<'a> {
    /// Method.
    pub(crate) method: &'static str,
    /// Path and query, as they go out.
    pub(crate) path: String,
    /// Header fields beside `Authorization`; a value no client could send is left out by who sends it.
    pub(crate) headers: Vec<(&'static str, Vec<u8>)>,
    /// Body.
    pub(crate) body: &'a [u8],
}

/// Sends a request and tells the status and the body.
pub(crate) type Server<'a> = &'a dyn Fn(Sent<'_>) -> (u16, String);

/// What must hold for these bytes.
pub(crate) type Target = fn(&[u8], Server<'_>);

/// All of them, by name.
pub(crate) const TARGETS: [(&str, Target); 7] = [
    ("json_body", json_body),
    ("search_string", search_string),
    ("bundle", bundle),
    ("patch", patch),
    ("date", date),
    ("cursor", cursor),
    ("accept_header", accept_header),
];

/// The resource that [`patch`] changes: whoever sends must have put it there.
pub(crate) const PATCHED: &str = "/fhir/Goal/patched";

/// What stands at [`PATCHED`].
pub(crate) fn patched() -> Value {
    serde_json::json!({
        "resourceType": "Goal",
        "id": "patched",
        "identifier": [{ "system": "urn:example:goal", "value": "1" }],
        "lifecycleStatus": "active",
        "description": { "text": "Bo hjemme" },
        "subject": { "display": "Testine" },
        "note": [{ "text": "a" }, { "text": "b" }],
    })
}

/// A body of the type that the first byte chooses: read, checked and indexed without a panic, the same when written and read again,
/// and never a 5xx.
fn json_body(data: &[u8], server: Server<'_>) {
    let Some((rtype, body)) = chosen(data) else { return };
    if let Ok(value) = json::parse(body, Limits::RESOURCE) {
        let _ = validate::validate(rtype, &value);
        let _ = extract(rtype, &value, "http://varde.example/fhir");
        let again = json::parse(&json::to_bytes(&value), Limits::RESOURCE);
        assert_eq!(again.ok(), Some(value), "what was read is not what is written");
    }
    let headers = vec![("content-type", b"application/fhir+json".to_vec())];
    answered(server, Sent { method: "POST", path: format!("/fhir/{rtype}"), headers, body });
}

/// The query of a search on the type that the first byte chooses: `name=value` pairs.
fn search_string(data: &[u8], server: Server<'_>) {
    let Some((rtype, text)) = chosen(data) else { return };
    let text = String::from_utf8_lossy(text);
    let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let pairs: Vec<(String, String)> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    for lenient in [false, true] {
        if let Err(issues) = query::parse(rtype, &pairs, "http://varde.example/fhir", lenient, false) {
            assert!(!issues.is_empty(), "refused without a reason");
        }
    }
    let escaped: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    let path = format!("/fhir/{rtype}?{}", escaped.join("&"));
    answered(server, Sent { method: "GET", path, headers: Vec::new(), body: b"" });
}

/// A Bundle, or what somebody thinks is one.
fn bundle(data: &[u8], server: Server<'_>) {
    let headers = vec![("content-type", b"application/fhir+json".to_vec())];
    answered(server, Sent { method: "POST", path: "/fhir".to_owned(), headers, body: data });
}

/// A JSON Patch or a FHIRPath Patch, as the first byte chooses; the resource can be read as before or as patched.
fn patch(data: &[u8], server: Server<'_>) {
    let Some((choice, body)) = data.split_first() else { return };
    let kind = if choice % 2 == 0 { "application/json-patch+json" } else { "application/fhir+json" };
    let headers = vec![("content-type", kind.as_bytes().to_vec())];
    answered(server, Sent { method: "PATCH", path: PATCHED.to_owned(), headers, body });
    let read = Sent { method: "GET", path: PATCHED.to_owned(), headers: Vec::new(), body: b"" };
    let (status, text) = answered(server, read);
    assert_eq!(status, 200, "{text}");
    let stands: Value = serde_json::from_str(&text).unwrap_or_default();
    assert_eq!(validate::validate(ResourceType::Goal, &stands).len(), 0, "a patch left what is not valid: {text}");
}

/// A date: an interval that is not empty, and a search value exactly when it is one.
fn date(data: &[u8], _: Server<'_>) {
    let text = String::from_utf8_lossy(data);
    let found = interval(&text);
    if let Some((low, high)) = found {
        assert!(low < high, "{text}: an interval without an instant");
    }
    // With a letter first it would be a prefix, with these it would be several values.
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains([' ', ',', '$', '|', '\\']) {
        let asked = [("date".to_owned(), text.clone().into_owned())];
        let parsed = query::parse(ResourceType::CarePlan, &asked, "http://varde.example/fhir", false, false);
        assert!(found.is_some() || parsed.is_err(), "{text}: no date, and a search takes it");
    }
}

/// Somebody's own idea of a cursor: refused, whatever it is.
fn cursor(data: &[u8], server: Server<'_>) {
    let path = format!("/fhir/Goal?_cursor={}", escape(&String::from_utf8_lossy(data)));
    let (status, text) = answered(server, Sent { method: "GET", path, headers: Vec::new(), body: b"" });
    assert!((400..500).contains(&status), "a cursor that nobody gave out works: {status} {text}");
}

/// `Accept`, and the other headers in which clients negotiate, as the first byte chooses.
fn accept_header(data: &[u8], server: Server<'_>) {
    let Some((choice, value)) = data.split_first() else { return };
    let names = ["accept", "accept-language", "prefer", "if-none-match", "if-modified-since", "accept-encoding"];
    let name = names[usize::from(*choice) % names.len()];
    let headers = vec![(name, value.to_vec())];
    answered(server, Sent { method: "GET", path: PATCHED.to_owned(), headers, body: b"" });
}

/// A served type by the first byte, and the rest.
fn chosen(data: &[u8]) -> Option<(ResourceType, &[u8])> {
    let (choice, rest) = data.split_first()?;
    let types = served_types();
    Some((types.get(usize::from(*choice) % types.len())?.rtype, rest))
}

/// Sends; never a 5xx, and a refusal is an OperationOutcome.
fn answered(server: Server<'_>, sent: Sent<'_>) -> (u16, String) {
    let shown = format!("{} {}", sent.method, sent.path);
    let (status, text) = server(sent);
    assert!(status < 500, "{shown}: {status} {text}");
    assert!(status < 400 || text.contains("\"OperationOutcome\""), "{shown}: {status} {text}");
    (status, text)
}

/// Percent-encoded whole.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
