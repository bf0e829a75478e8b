//! National identity numbers do not stand in URLs, logs or ids (`security.md` §4). What may be one is treated as one.

use crate::refuse::{Refused, malformed};
pub(crate) use varde_fhir::identifier::may_stand_in;
use varde_fhir::query::holds_national_number;

/// Refuses parameters of a URL of which one holds such a number.
///
/// # Errors
/// 400, which does not repeat it.
pub(crate) fn none_among(params: &[(String, String)]) -> Result<(), Refused> {
    if params.iter().any(|(name, value)| holds_national_number(name, value)) { Err(refused()) } else { Ok(()) }
}

/// Why a URL is refused.
pub(crate) fn refused() -> Refused {
    malformed(
        "http.url",
        "national-number-in-url",
        "Et fødselsnummer skal aldri stå i en adresse. Søk med POST [type]/_search og identifier i innholdet.",
        "A national identity number never stands in a URL. Search by POST [type]/_search with identifier in the body.",
    )
}

#[cfg(test)]
mod tests {
    use super::may_stand_in;

    #[test]
    fn eleven_digits_may_be_a_national_number() {
        for (text, expected) in [
            ("01010199999", true),
            ("pas-01010199999.7", true),
            ("x01010199999", true),
            ("0101019999", false),
            ("010101999990", false),
            ("0198f000-0000-7000-8000-01010199999a", false),
            ("", false),
        ] {
            assert_eq!(may_stand_in(text), expected, "{text}");
        }
    }
}
