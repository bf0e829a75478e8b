//! National identity numbers in search parameters. They never stand in a URL: URLs are logged along the whole way
//! (domain: "a national identity number never stands in a URL").

use crate::identifier::{DNR, DUF, FHN, FNR};

/// Whether a parameter holds a national number, or eleven digits on their own, which may well be one. Letters `g`–`z` and
/// punctuation stand around a number; hexadecimal digits make it a piece of a longer id.
#[must_use]
pub fn stands_in(name: &str, value: &str) -> bool {
    if name == "_cursor" {
        // Opaque, and made here.
        return false;
    }
    [FNR, DNR, FHN, DUF].iter().any(|system| follows(value, system)) || eleven_digits(value) || eleven_digits(name)
}

/// `system|value` with some value.
fn follows(text: &str, system: &str) -> bool {
    text.match_indices(system).any(|(at, _)| {
        let rest = text.get(at + system.len()..).unwrap_or_default();
        rest.strip_prefix('|').is_some_and(|value| value.starts_with(|c: char| c != ','))
    })
}

/// Eleven digits in a row, also written `ddmmyy nnnnn`.
fn eleven_digits(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_hexdigit()).any(is_eleven)
        || text
            .split(|c: char| !c.is_ascii_hexdigit() && c != ' ')
            .any(|run| run.split_once(' ').is_some_and(|(date, rest)| is_digits(date, 6) && is_digits(rest, 5)))
}

fn is_eleven(run: &str) -> bool {
    is_digits(run, 11)
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

/// Text from the caller that may be shown again: a name of ordinary length without a number in it.
pub(super) fn printable(name: &str) -> Option<&str> {
    let fits = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(&b))
        && !name.as_bytes().windows(11).any(|run| run.iter().all(u8::is_ascii_digit));
    fits.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_national_numbers() {
        for (value, found) in [
            ("urn:oid:2.16.578.1.12.4.1.4.1|01819019939", true),
            ("urn:oid:2.16.578.1.12.4.1.4.2|x", true),
            ("urn:oid:2.16.578.1.12.4.1.4.5|201012345678", true),
            ("a,urn:oid:2.16.578.1.12.4.1.4.3|8", true),
            ("urn:oid:2.16.578.1.12.4.1.4.1|", false),
            ("urn:oid:2.16.578.1.12.4.1.4.1|,a", false),
            ("urn:oid:2.16.578.1.12.4.1.4.101|983974724", false),
            ("urn:oid:2.16.578.1.12.4.1.4.4|9144889", false),
            ("01819019939", true),
            ("x,01819019939", true),
            ("018190 19939", true),
            ("Patient/01819019939", true),
            ("nr01819019939", true),
            ("01819019939,41819026090", true),
            ("0181901993", false),
            ("018190199390", false),
            ("0198c5d7-1a2b-7c3d-8e4f-a12345678901", false),
            ("12345678901b-", false),
            ("2026-01-01T10:00:00.123456Z", false),
            ("+47 55 00 00 00", false),
        ] {
            assert_eq!(stands_in("identifier", value), found, "{value}");
        }
        assert!(stands_in("01819019939", ""));
        assert!(!stands_in("_cursor", "01819019939"));
    }

    #[test]
    fn prints_only_names() {
        for (name, shown) in [
            ("participant-role", true),
            ("subject:Patient.name", true),
            ("", false),
            ("<script>", false),
            ("x01819019939", false),
        ] {
            assert_eq!(printable(name).is_some(), shown, "{name}");
        }
        assert!(printable(&"a".repeat(65)).is_none());
    }
}
