//! Bodies: strict reading of FHIR JSON <https://hl7.org/fhir/R4/json.html> and compact writing.
//!
//! Decimals keep their digits: `1.50` is read and written as `1.50`. Of exponents only the spelling is made uniform
//! (`1E-22` → `1e-22`, `1e5` → `1e+5`); digits and value stay.

pub(crate) mod place;
mod read;

use crate::{Issue, IssueCode, ResourceType};
use place::Place;
use read::{Noticed, Reader};
use serde::de::DeserializeSeed;
use serde_json::Value;

/// The body as a whole, where no element is to blame.
const BODY: &str = "http.body";

/// How much a body may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The greatest size in bytes.
    pub bytes: usize,
    /// The greatest nesting of objects and arrays.
    pub depth: usize,
}

impl Limits {
    /// A resource: 2 MiB, 64 levels.
    pub const RESOURCE: Self = Self { bytes: 2 << 20, depth: 64 };
    /// A Bundle: 8 MiB, 64 levels.
    pub const BUNDLE: Self = Self { bytes: 8 << 20, depth: 64 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::RESOURCE
    }
}

/// Reads one FHIR resource: UTF-8 without byte order mark, one JSON object, no repeated name, nothing after it.
///
/// # Errors
/// One issue that names the line and column, or for a repeated name the FHIRPath of the element. Values are never repeated.
pub fn parse(bytes: &[u8], limits: Limits) -> Result<Value, Issue> {
    let value = parse_any(bytes, limits)?;
    if value.is_object() { Ok(value) } else { Err(not_an_object()) }
}

/// [`parse`] for JSON that is no resource, such as a JSON Patch: any value, read as strictly.
///
/// # Errors
/// As [`parse`].
pub fn parse_any(bytes: &[u8], limits: Limits) -> Result<Value, Issue> {
    let text = decode(bytes, limits)?;
    let noticed = Noticed::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let reader = Reader { place: Place::root(""), room: limits.depth, noticed: &noticed };
    let read = reader.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    let value = match read {
        Ok(value) => value,
        Err(error) => {
            let deep = noticed.too_deep.into_inner();
            return Err(deep
                .map_or_else(|| not_json(&error), |path| too_deep(&error, limits.depth, noticed.rtype.get(), &path)));
        }
    };
    match noticed.duplicate.into_inner() {
        Some(path) => Err(duplicate(&value, &path)),
        None => Ok(value),
    }
}

/// Writes a value as compact JSON, names in the order they were read.
#[must_use]
pub fn to_bytes(value: &Value) -> Vec<u8> {
    // A `Value` has only string names, so writing it to memory cannot fail.
    serde_json::to_vec(value).unwrap_or_default()
}

fn not_an_object() -> Issue {
    Issue::error(
        IssueCode::Structure,
        "not-an-object",
        "Innholdet skal være ett JSON-objekt med «resourceType».",
        "The body must be one JSON object with “resourceType”.",
    )
    .at(BODY)
}

fn decode(bytes: &[u8], limits: Limits) -> Result<&str, Issue> {
    let refuse = |code, key, nb: String, en: String| Err(Issue::error(code, key, nb, en).at(BODY));
    if bytes.len() > limits.bytes {
        let kib = limits.bytes / 1024;
        return refuse(
            IssueCode::TooLong,
            "body-too-large",
            format!("Innholdet er for stort: høyst {kib} KiB."),
            format!("The body is too large: at most {kib} KiB."),
        );
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") || bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return refuse(
            IssueCode::Structure,
            "byte-order-mark",
            "Innholdet begynner med et byterekkefølgemerke (BOM). Send UTF-8 uten.".to_owned(),
            "The body begins with a byte order mark. Send UTF-8 without one.".to_owned(),
        );
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim_ascii().is_empty() => refuse(
            IssueCode::Structure,
            "empty-body",
            "Forespørselen er uten innhold. Send én FHIR-ressurs som JSON.".to_owned(),
            "The body is empty. Send one FHIR resource as JSON.".to_owned(),
        ),
        Ok(text) => Ok(text),
        Err(error) => {
            let at = error.valid_up_to();
            refuse(
                IssueCode::Structure,
                "invalid-utf8",
                format!("Innholdet er ikke gyldig UTF-8 fra byte {at}. Send JSON i UTF-8."),
                format!("The body is not valid UTF-8 from byte {at} on. Send JSON in UTF-8."),
            )
        }
    }
}

fn not_json(error: &serde_json::Error) -> Issue {
    let (line, column) = (error.line(), error.column());
    Issue::error(
        IssueCode::Structure,
        "invalid-json",
        format!("Innholdet er ikke gyldig JSON ved linje {line}, kolonne {column}. Rett syntaksen der."),
        format!("The body is not valid JSON at line {line}, column {column}. Correct the syntax there."),
    )
    .at(BODY)
}

/// How much of a path is told to what lies too deep.
const STEPS: usize = 8;

/// It points at what holds the element that is too deep, some steps down: the whole path would be longer than all else.
fn too_deep(error: &serde_json::Error, depth: usize, rtype: Option<ResourceType>, path: &str) -> Issue {
    let (line, column) = (error.line(), error.column());
    // No list of FHIR holds lists.
    let (path, end) = path.split_once("][").map_or((path, ""), |(path, _)| (path, "]"));
    let steps: Vec<&str> = path.split('.').take(STEPS).collect();
    let end = if steps.len() < STEPS { end } else { "" };
    let place = match rtype {
        Some(rtype) => format!("{rtype}.{}{end}", steps.join(".")),
        None => BODY.to_owned(),
    };
    Issue::error(
        IssueCode::TooCostly,
        "too-deep",
        format!("Innholdet er nøstet dypere enn {depth} nivåer ved linje {line}, kolonne {column}. Gjør det flatere."),
        format!("The body is nested deeper than {depth} levels at line {line}, column {column}. Make it flatter."),
    )
    .at(place.trim_end_matches('.'))
}

fn duplicate(value: &Value, path: &str) -> Issue {
    let rtype = value.get("resourceType").and_then(Value::as_str).and_then(|name| name.parse::<ResourceType>().ok());
    let root = rtype.map_or("Resource", ResourceType::as_str);
    let expression = if path.is_empty() { root.to_owned() } else { format!("{root}.{path}") };
    Issue::error(
        IssueCode::Structure,
        "duplicate-key",
        format!("Det samme navnet står to ganger i ett JSON-objekt ved {expression}. Behold ett av dem."),
        format!("The same name stands twice in one JSON object at {expression}. Keep one of them."),
    )
    .at(expression)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> (&'static str, Option<String>) {
        let issue = parse(bytes, Limits::RESOURCE).expect_err("refused");
        (issue.key, issue.expression)
    }

    type Row = (&'static [u8], (&'static str, Option<String>));

    #[test]
    fn bad_bodies_are_refused_with_a_place() {
        let at = |text: &str| Some(text.to_owned());
        let table: &[Row] = &[
            (b"", ("empty-body", at("http.body"))),
            (b" \r\n\t", ("empty-body", at("http.body"))),
            (b"\xEF\xBB\xBF{}", ("byte-order-mark", at("http.body"))),
            (b"\xFF\xFE{\0}\0", ("byte-order-mark", at("http.body"))),
            (b"{\"a\":\"\xC3\x28\"}", ("invalid-utf8", at("http.body"))),
            (b"{\"a\":\"\xED\xA0\x80\"}", ("invalid-utf8", at("http.body"))),
            (b"{\"a\":\"\\ud800\"}", ("invalid-json", at("http.body"))),
            (b"{\"a\":1,}", ("invalid-json", at("http.body"))),
            (b"{\"a\":1", ("invalid-json", at("http.body"))),
            (b"{'a':1}", ("invalid-json", at("http.body"))),
            (b"{\"a\":01}", ("invalid-json", at("http.body"))),
            (b"{\"a\":+1}", ("invalid-json", at("http.body"))),
            (b"{\"a\":.5}", ("invalid-json", at("http.body"))),
            (b"{\"a\":NaN}", ("invalid-json", at("http.body"))),
            (b"{\"a\":\"\n\"}", ("invalid-json", at("http.body"))),
            (b"{\"a\":1} // so", ("invalid-json", at("http.body"))),
            (b"{} {}", ("invalid-json", at("http.body"))),
            (b"[]", ("not-an-object", at("http.body"))),
            (b"\"CareTeam\"", ("not-an-object", at("http.body"))),
            (b"1.5", ("not-an-object", at("http.body"))),
            (b"null", ("not-an-object", at("http.body"))),
            (b"{\"$serde_json::private::Number\":\"1\"}", ("invalid-json", at("http.body"))),
            (b"{\"\\u0024serde_json::private::Number\":\"\\u0031\"}", ("invalid-json", at("http.body"))),
            (b"{\"$serde_json::private::Number\":{}}", ("invalid-json", at("http.body"))),
            (b"{\"resourceType\":\"Goal\",\"id\":\"1\",\"id\":\"1\"}", ("duplicate-key", at("Goal.id"))),
            (
                br#"{"participant":[{},{"member":{"type":1,"display":"","type":2}}],"resourceType":"CareTeam"}"#,
                ("duplicate-key", at("CareTeam.participant[1].member.type")),
            ),
            (br#"{"a":1,"\u0061":2,"resourceType":"Unknown"}"#, ("duplicate-key", at("Resource.a"))),
            (br#"{"a":{"15825512869":1,"15825512869":2}}"#, ("duplicate-key", at("Resource.a"))),
        ];
        for (bytes, expected) in table {
            assert_eq!(&refused(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn the_place_of_a_syntax_error_is_named_and_no_value_is_repeated() {
        let issue = parse(b"{\n  \"value\": 15825512869x }", Limits::RESOURCE).expect_err("refused");
        assert!(issue.en.contains("line 2, column 23"), "{}", issue.en);
        assert!(!issue.en.contains("158") && !issue.nb.contains("158"));
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |n: usize| format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n)).into_bytes();
        assert!(parse(&nested(64), Limits::RESOURCE).is_ok());
        assert_eq!(refused(&nested(65)).0, "too-deep");
        let lists = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n)).into_bytes();
        assert!(parse(&lists(63), Limits::RESOURCE).is_ok());
        assert_eq!(refused(&lists(64)).0, "too-deep");
        assert_eq!(refused(&lists(100_000)).0, "too-deep");
        let typed = |body: &str| refused(format!("{{\"resourceType\":\"Goal\",{body}").as_bytes()).1;
        let table = [
            (format!("\"a\":{}", "{\"b\":[".repeat(64)), "Goal.a.b[0].b[0].b[0].b[0].b[0].b[0].b[0]"),
            (format!("\"a\":{}", "[".repeat(64)), "Goal.a[0]"),
            (format!("\"a\":{{\"15825512869\":{}", "[".repeat(64)), "Goal.a"),
            (format!("\"15825512869\":{}", "[".repeat(64)), "Goal"),
        ];
        for (body, expected) in table {
            assert_eq!(typed(&body).as_deref(), Some(expected), "{body}");
        }
        // Nobody knows of what.
        assert_eq!(refused(&nested(65)).1.as_deref(), Some("http.body"));
        let empty = format!("{}{{}}{}", "{\"a\":".repeat(64), "}".repeat(64)).into_bytes();
        assert_eq!(refused(&empty).0, "too-deep");
    }

    #[test]
    fn size_is_limited() {
        let body = format!("{{\"a\":\"{}\"}}", "x".repeat(Limits::RESOURCE.bytes)).into_bytes();
        assert_eq!(refused(&body).0, "body-too-large");
        assert!(parse(&body, Limits::BUNDLE).is_ok());
    }

    #[test]
    fn order_digits_and_escapes_survive() {
        let text =
            br#"{"z":1.50,"a":[0.10,-0.0,100,1e-22,123456789012345678901234567890.0,true,null],"s":"\"\\\n\u00e6"}"#;
        let value = parse(text, Limits::RESOURCE).unwrap();
        let expected = "{\"z\":1.50,\"a\":[0.10,-0.0,100,1e-22,123456789012345678901234567890.0,true,null],\"s\":\"\\\"\\\\\\næ\"}";
        assert_eq!(String::from_utf8(to_bytes(&value)).unwrap(), expected);
        let spelt = parse(b"{\"a\":[1E-22,1e5,1.0E+2]}", Limits::RESOURCE).unwrap();
        assert_eq!(to_bytes(&spelt), b"{\"a\":[1e-22,1e+5,1.0e+2]}");
    }
}
