//! Splitting and unescaping of values: `\,` `\|` `\$` `\\` <https://hl7.org/fhir/R4/search.html#escaping>.

/// The parts between separators that are not escaped; the parts stay escaped.
pub(super) fn split(text: &str, separator: char) -> Vec<&str> {
    let mut escaped = false;
    text.split(|c: char| {
        let splits = c == separator && !escaped;
        escaped = c == '\\' && !escaped;
        splits
    })
    .collect()
}

/// The text that is meant; `None` when a backslash escapes nothing that can be escaped.
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(if c == '\\' { chars.next().filter(|next| matches!(next, ',' | '|' | '$' | '\\'))? } else { c });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_where_it_is_not_escaped() {
        for (text, parts) in [
            ("a,b", vec!["a", "b"]),
            (r"a\,b,c", vec![r"a\,b", "c"]),
            (r"a\\,b", vec![r"a\\", "b"]),
            (r"a\\\,b", vec![r"a\\\,b"]),
            ("", vec![""]),
            (",", vec!["", ""]),
        ] {
            assert_eq!(split(text, ','), parts, "{text}");
        }
    }

    #[test]
    fn unescapes() {
        for (text, plain) in [(r"a\,b\|c\$d\\e", Some(r"a,b|c$d\e")), ("æ", Some("æ")), (r"a\n", None), (r"a\", None)]
        {
            assert_eq!(unescape(text).as_deref(), plain, "{text}");
        }
    }
}
