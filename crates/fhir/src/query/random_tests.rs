//! Whatever a client sends, a search is parsed or refused: it never panics, and a refusal never echoes a value.

use super::parse;
use crate::index::{extract, fold, interval};
use crate::registry::{search_params, served_types};
use proptest::prelude::*;
use serde_json::{Value, json};

fn names() -> impl Strategy<Value = String> {
    let params = served_types().iter().flat_map(|row| search_params(row.rtype)).map(|param| param.name.to_owned());
    let controls =
        ["_count", "_sort", "_include", "_revinclude", "_total", "_summary", "_cursor", "_has"].map(str::to_owned);
    let known = prop::sample::select(params.chain(controls).collect::<Vec<_>>());
    let suffix = prop::sample::select(vec!["", ":not", ":missing", ":identifier", ":exact", ":Patient", ":", ".name"]);
    prop_oneof![3 => (known, suffix).prop_map(|(name, suffix)| name + suffix), 1 => any::<String>()]
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        r"[a-z0-9:/.|,\\$ -]{0,20}",
        "(eq|ne|ge|ap|xx)?[0-9]{4}(-[0-9]{2}){0,2}(T[0-9:.Z+-]{0,20})?",
        "[A-Z][a-zA-Z]{0,12}[:/][a-zA-Z0-9_/-]{0,20}",
    ]
}

proptest! {
    #[test]
    fn parse_never_panics(
        row in 0..served_types().len(),
        params in prop::collection::vec((names(), values()), 0..6),
        lenient: bool,
        by_post: bool,
    ) {
        let rtype = served_types()[row].rtype;
        match parse(rtype, &params, "http://here/fhir", lenient, by_post) {
            Ok(query) => prop_assert!(query.used.len() + query.ignored.len() <= params.len()),
            Err(issues) => prop_assert!(!issues.is_empty()),
        }
    }

    #[test]
    fn a_refusal_never_echoes_a_value(name in names(), value in "[a-z]{2}Qq[A-Z]{6,20}") {
        let issues = parse(served_types()[0].rtype, &[(name, value.clone())], "http://here/fhir", false, false);
        for issue in issues.err().into_iter().flatten() {
            prop_assert!(!issue.en.contains(&value) && !issue.nb.contains(&value), "{}", issue.en);
        }
    }

    #[test]
    fn eleven_digits_are_always_refused_in_a_url(number in "[0-9]{11}", before in "([^0-9A-Fa-f]{0,8})", after in "([^0-9A-Fa-f]{0,8})") {
        let params = [("identifier".to_owned(), format!("{before}{number}{after}"))];
        let issues = parse(served_types()[0].rtype, &params, "http://here/fhir", true, false).unwrap_err();
        prop_assert_eq!(issues[0].key, "national-number-in-url");
        let shown = format!("{issues:?}");
        prop_assert!(!shown.contains(&number));
    }

    #[test]
    fn folding_is_stable(text in any::<String>()) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded);
    }

    #[test]
    fn intervals_are_not_empty(text in "[0-9]{4}(-[0-9]{2}){0,2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?") {
        if let Some((low, high)) = interval(&text) {
            prop_assert!(low < high, "{}", text);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn extraction_never_panics(texts in prop::collection::vec(any::<String>(), 4)) {
        let reference = json!({ "reference": texts[0], "type": texts[1], "identifier": { "system": texts[2], "value": texts[3] } });
        let values = [Value::from(texts[0].as_str()), reference, json!({ "start": texts[1], "end": texts[2] })];
        for row in served_types() {
            for param in search_params(row.rtype) {
                let element = param.expression.split('.').nth(1).unwrap_or_default();
                for value in &values {
                    let _ = extract(row.rtype, &json!({ element: value }), &texts[3]);
                }
            }
        }
    }
}
