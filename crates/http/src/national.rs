//! National identity numbers do not stand in URLs, logs or ids (`security.md` §4). What may be one is treated as one.

pub(crate) use varde_fhir::identifier::may_stand_in;

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
