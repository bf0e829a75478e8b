//! The primitive types to the letter of R4 <https://hl7.org/fhir/R4/datatypes.html#primitive>. Each check is what the
//! published regular expression says, made narrower only where the text of the specification does so too.

use super::dates;
use super::xhtml::{self, Flaw};
use crate::table::Primitive;
use serde_json::{Number, Value};

/// What is wrong with a primitive value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// It is another kind of JSON value.
    Type,
    /// An empty string.
    Empty,
    /// Longer than 1 MiB.
    TooLong,
    /// A date or time that does not exist or lacks a part.
    Date,
    /// Not what the type allows.
    Format,
    /// Not the XHTML that a narrative may be.
    Narrative(Flaw),
}

/// The most bytes that a string may have (R4 says 1024 × 1024 characters; bytes are counted here).
const MAX_STRING: usize = 1 << 20;

/// Checks a JSON value as this primitive.
pub(super) fn check(primitive: Primitive, value: &Value) -> Result<(), Bad> {
    use Primitive as P;
    match (primitive, value) {
        (P::Boolean, Value::Bool(_)) => Ok(()),
        (P::Integer, Value::Number(number)) => integer(number, i64::from(i32::MIN)),
        (P::UnsignedInt, Value::Number(number)) => integer(number, 0),
        (P::PositiveInt, Value::Number(number)) => integer(number, 1),
        (P::Decimal, Value::Number(number)) => (number.as_str().len() <= 100).then_some(()).ok_or(Bad::Format),
        (P::Boolean | P::Integer | P::UnsignedInt | P::PositiveInt | P::Decimal, _) => Err(Bad::Type),
        (_, Value::String(text)) if text.is_empty() => Err(Bad::Empty),
        (_, Value::String(text)) => string(primitive, text),
        (_, _) => Err(Bad::Type),
    }
}

fn integer(number: &Number, least: i64) -> Result<(), Bad> {
    let plain = number.as_str() != "-0";
    let fits = number.as_i64().is_some_and(|n| (least..=i64::from(i32::MAX)).contains(&n));
    (plain && fits).then_some(()).ok_or(Bad::Format)
}

fn string(primitive: Primitive, text: &str) -> Result<(), Bad> {
    use Primitive as P;
    if text.len() > MAX_STRING && primitive != P::Base64Binary && primitive != P::Xhtml {
        return Err(Bad::TooLong);
    }
    let good = match primitive {
        P::Date => return dates::date(text).map(drop).ok_or(Bad::Date),
        P::DateTime => return dates::date_time(text).map(drop).ok_or(Bad::Date),
        P::Instant => return dates::instant(text).map(drop).ok_or(Bad::Date),
        P::Time => return dates::time(text).ok_or(Bad::Date),
        P::Code => code(text),
        P::Id => crate::Id::parse(text).is_some(),
        P::Uri | P::Url | P::Canonical => uri(text),
        P::Oid => oid(text),
        P::Uuid => uuid(text),
        P::Base64Binary => base64(text),
        P::Xhtml => return xhtml::check(text).map_err(Bad::Narrative),
        _ => !text.bytes().any(is_control),
    };
    good.then_some(()).ok_or(Bad::Format)
}

/// Control characters other than tab, line feed and carriage return.
fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0D)
}

/// No space at either end, single spaces inside.
fn code(text: &str) -> bool {
    let spaces = text.bytes().map(is_space);
    let ends = text.bytes().next().is_some_and(|b| !is_space(b)) && text.bytes().last().is_some_and(|b| !is_space(b));
    ends && !text.bytes().any(is_control) && !spaces.clone().zip(spaces.skip(1)).any(|pair| pair == (true, true))
}

fn uri(text: &str) -> bool {
    !text.bytes().any(|b| is_space(b) || is_control(b))
}

/// `urn:oid:` and arcs without leading zeros.
fn oid(text: &str) -> bool {
    let Some((first, rest)) = text.strip_prefix("urn:oid:").and_then(|arcs| arcs.split_once('.')) else { return false };
    let arc =
        |arc: &str| arc == "0" || (!arc.is_empty() && !arc.starts_with('0') && arc.bytes().all(|b| b.is_ascii_digit()));
    matches!(first, "0" | "1" | "2") && rest.split('.').all(arc)
}

/// `urn:uuid:` and lower-case groups of 8, 4, 4, 4 and 12.
pub(super) fn uuid(text: &str) -> bool {
    let Some(groups) = text.strip_prefix("urn:uuid:") else { return false };
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    groups.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && groups.bytes().all(|b| b == b'-' || hex(b))
}

/// Whole groups of four with padding only at the end; spaces and line breaks may stand between.
fn base64(text: &str) -> bool {
    let mut letters = 0_usize;
    let mut padding = 0_usize;
    for byte in text.bytes().filter(|b| !is_space(*b)) {
        match byte {
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => letters += 1,
            _ => return false,
        }
    }
    letters > 0 && padding <= 2 && (letters + padding).is_multiple_of(4)
}

/// What a value of this type looks like, in Norwegian and English.
pub(super) fn describe(primitive: Primitive) -> (&'static str, &'static str) {
    use Primitive as P;
    match primitive {
        P::Boolean => ("true eller false", "true or false"),
        P::Integer => ("et heltall fra −2147483648 til 2147483647", "an integer from −2147483648 to 2147483647"),
        P::UnsignedInt => ("et heltall fra 0 til 2147483647", "an integer from 0 to 2147483647"),
        P::PositiveInt => ("et heltall fra 1 til 2147483647", "an integer from 1 to 2147483647"),
        P::Decimal => ("et desimaltall på høyst 100 tegn", "a decimal number of at most 100 characters"),
        P::String | P::Markdown => ("tekst uten kontrolltegn", "text without control characters"),
        P::Code => ("en kode uten mellomrom i endene", "a code without spaces at its ends"),
        P::Id => ("1–64 tegn av A–Z, a–z, 0–9, «-» og «.»", "1–64 characters of A–Z, a–z, 0–9, “-” and “.”"),
        P::Uri | P::Url | P::Canonical => ("en URI uten mellomrom", "a URI without spaces"),
        P::Oid => ("en OID som urn:oid:2.16.578", "an OID like urn:oid:2.16.578"),
        P::Uuid => ("en UUID med små bokstaver etter urn:uuid:", "a UUID in lower case after urn:uuid:"),
        P::Base64Binary => ("base64 med riktig utfylling", "base64 with correct padding"),
        P::Date => {
            ("en dato som finnes: ÅÅÅÅ, ÅÅÅÅ-MM eller ÅÅÅÅ-MM-DD", "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD")
        }
        P::DateTime => (
            "en dato som finnes, eller dato og tid med sekunder og tidssone som 2026-11-22T10:00:00+01:00",
            "a date that exists, or date and time with seconds and offset like 2026-11-22T10:00:00+01:00",
        ),
        P::Instant => (
            "dato og tid med sekunder og tidssone som 2026-11-22T10:00:00+01:00",
            "date and time with seconds and offset like 2026-11-22T10:00:00+01:00",
        ),
        P::Time => ("et klokkeslett som 10:00:00, uten tidssone", "a time like 10:00:00, without offset"),
        P::Xhtml => ("XHTML som begynner med <div og er uten script", "XHTML that begins with <div and has no script"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(primitive: Primitive, json: &str) -> Result<(), Bad> {
        check(primitive, &serde_json::from_str(json).unwrap())
    }

    #[test]
    fn numbers() {
        use Primitive as P;
        let table = [
            (P::Integer, "0", Ok(())),
            (P::Integer, "-2147483648", Ok(())),
            (P::Integer, "2147483647", Ok(())),
            (P::Integer, "2147483648", Err(Bad::Format)),
            (P::Integer, "1.0", Err(Bad::Format)),
            (P::Integer, "1e2", Err(Bad::Format)),
            (P::Integer, "-0", Err(Bad::Format)),
            (P::Integer, "\"1\"", Err(Bad::Type)),
            (P::Integer, "true", Err(Bad::Type)),
            (P::Integer, "99999999999999999999999", Err(Bad::Format)),
            (P::UnsignedInt, "0", Ok(())),
            (P::UnsignedInt, "-1", Err(Bad::Format)),
            (P::PositiveInt, "1", Ok(())),
            (P::PositiveInt, "0", Err(Bad::Format)),
            (P::Decimal, "1.50", Ok(())),
            (P::Decimal, "-0.00", Ok(())),
            (P::Decimal, "1e-22", Ok(())),
            (P::Decimal, "\"1.5\"", Err(Bad::Type)),
            (P::Boolean, "true", Ok(())),
            (P::Boolean, "\"true\"", Err(Bad::Type)),
            (P::Boolean, "1", Err(Bad::Type)),
        ];
        for (primitive, json, expected) in table {
            assert_eq!(of(primitive, json), expected, "{} {json}", primitive.as_str());
        }
        assert_eq!(of(P::Decimal, &"9".repeat(101)), Err(Bad::Format));
    }

    #[test]
    fn strings() {
        use Primitive as P;
        let good = [
            (P::String, "a\tb\r\nc æøå 😀"),
            (P::Markdown, "# x"),
            (P::Code, "a b"),
            (P::Code, "LA28865-6"),
            (P::Id, "A.b-9"),
            (P::Uri, "urn:oid:1.2"),
            (P::Uri, "æ"),
            (P::Canonical, "http://x/y|1#z"),
            (P::Oid, "urn:oid:2.16.578.1.12.4.1.4.1"),
            (P::Oid, "urn:oid:1.0"),
            (P::Uuid, "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"),
            (P::Base64Binary, "QUJD"),
            (P::Base64Binary, "QUI="),
            (P::Base64Binary, "QQ==\r\n"),
            (P::Base64Binary, "QU JD\nQUJD"),
            (P::Xhtml, "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"),
        ];
        for (primitive, text) in good {
            assert_eq!(check(primitive, &Value::from(text)), Ok(()), "{} {text:?}", primitive.as_str());
        }
    }

    #[test]
    fn bad_strings() {
        use Primitive as P;
        let bad = [
            (P::String, "a\0"),
            (P::String, "\u{8}"),
            (P::Markdown, "\u{1b}["),
            (P::Code, " a"),
            (P::Code, "a "),
            (P::Code, "a  b"),
            (P::Code, "a\t b"),
            (P::Id, "a_b"),
            (P::Id, "a/b"),
            (P::Id, "æ"),
            (P::Uri, "a b"),
            (P::Url, "a\n"),
            (P::Canonical, " a"),
            (P::Oid, "2.16.578"),
            (P::Oid, "urn:oid:3.1"),
            (P::Oid, "urn:oid:2"),
            (P::Oid, "urn:oid:2.01"),
            (P::Oid, "urn:oid:2..1"),
            (P::Uuid, "c757873d-ec9a-4326-a141-556f43239520"),
            (P::Uuid, "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"),
            (P::Uuid, "urn:uuid:c757873dec9a4326a141556f43239520"),
            (P::Base64Binary, "QUJ"),
            (P::Base64Binary, "===="),
            (P::Base64Binary, "Q==="),
            (P::Base64Binary, "QQ==QQ=="),
            (P::Base64Binary, "QU-_"),
            (P::Base64Binary, " "),
        ];
        for (primitive, text) in bad {
            assert_eq!(check(primitive, &Value::from(text)), Err(Bad::Format), "{} {text:?}", primitive.as_str());
        }
        for primitive in [P::String, P::Code, P::Id, P::Uri, P::Base64Binary, P::Date, P::Xhtml] {
            assert_eq!(check(primitive, &Value::from("")), Err(Bad::Empty));
            assert_eq!(check(primitive, &Value::from(1)), Err(Bad::Type));
            assert_eq!(check(primitive, &serde_json::json!({})), Err(Bad::Type));
        }
        assert_eq!(check(P::String, &Value::from("x".repeat(MAX_STRING))), Ok(()));
        assert_eq!(check(P::String, &Value::from("x".repeat(MAX_STRING + 1))), Err(Bad::TooLong));
        assert_eq!(check(P::Base64Binary, &Value::from("QUJD".repeat(MAX_STRING))), Ok(()));
        assert_eq!(check(P::Id, &Value::from("x".repeat(65))), Err(Bad::Format));
    }
}
