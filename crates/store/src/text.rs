//! Texts on their way into columns and indexes: PostgreSQL's text cannot hold NUL, and its B-tree rows end at some
//! 2,700 bytes, so long values are indexed by a prefix and a hash. The same function meets both the stored value and the
//! one asked for, so equality stays exact.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The longest text, in bytes, that an index column holds as it is.
const LONGEST: usize = 240;
/// The prefix kept of a longer one, in bytes.
const PREFIX: usize = 160;
/// The part of a string that is ordered and found by its beginning, in bytes.
const HEAD: usize = 120;

/// The text as an index column holds it.
pub(crate) fn key(text: &str) -> String {
    let text = clean(text);
    if text.len() <= LONGEST {
        return text;
    }
    format!("{}#{}", prefix(&text, PREFIX), sha256_hex(&[text.as_bytes()]))
}

/// The beginning of a folded string.
pub(crate) fn head(folded: &str) -> String {
    prefix(&clean(folded), HEAD).to_owned()
}

/// What a string is sorted by: its beginning, so that bytes put æ, ø and å after z in the order of the alphabet. A folded text has
/// no `ÿ`, which stands for the å.
pub(crate) fn sort_key(head: &str) -> String {
    head.replace('å', "ÿ")
}

/// [`sort_key`] of a column, as SQL.
pub(crate) fn sort_key_of(column: &str) -> String {
    format!("replace({column}, 'å', 'ÿ')")
}

/// The text without NUL, which no valid FHIR string has <https://hl7.org/fhir/R4/datatypes.html#string>.
pub(crate) fn clean(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// SHA-256 of the parts in a row, as lower-case hexadecimal.
pub(crate) fn sha256_hex(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn prefix(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{head, key};

    #[test]
    fn short_keys_stay_and_long_ones_stay_apart() {
        assert_eq!(key("urn:oid:2.16"), "urn:oid:2.16");
        assert_eq!(key("a\0b"), "a\u{FFFD}b");
        let (one, other) = (format!("{}1", "ø".repeat(500)), format!("{}2", "ø".repeat(500)));
        assert_ne!(key(&one), key(&other));
        assert!(key(&one).len() <= 240);
        assert_eq!(head(&one), "ø".repeat(60));
    }
}
