//! The message codes as a code system: read from `docs/errors.md`, which is made from the places where errors are made and is
//! proven current by a test, so that nobody keeps a second list.

use varde_fhir::profile::Words;

const LIST: &str = include_str!("../../../../docs/errors.md");

/// Each code with what it says; the code itself where its text is put together of parts.
pub(super) fn concepts() -> Vec<(&'static str, Words)> {
    LIST.lines().filter_map(row).collect()
}

fn row(line: &'static str) -> Option<(&'static str, Words)> {
    let mut cells = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ");
    let code = cells.next()?.strip_suffix('`')?;
    let (_kinds, nb, en) = (cells.next()?, cells.next()?, cells.next()?);
    Some((code, Words { nb: plain(nb).unwrap_or(code), en: plain(en).unwrap_or(code) }))
}

/// A cell without what Markdown needs; `None` when it is empty. Made once in a process.
fn plain(cell: &'static str) -> Option<&'static str> {
    match cell.trim() {
        "" => None,
        text if text.contains(['\\', '&']) => {
            Some(Box::leak(text.replace("\\|", "|").replace("&lt;", "<").into_boxed_str()))
        }
        text => Some(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_is_read() {
        let concepts = concepts();
        assert!(concepts.len() > 100, "{}", concepts.len());
        assert_eq!(concepts.iter().map(|(code, _)| code).collect::<BTreeSet<_>>().len(), concepts.len());
        let of = |code: &str| concepts.iter().find(|(known, _)| *known == code).map(|(_, words)| *words);
        assert!(
            of("not-found")
                .is_some_and(|words| words.nb.contains("finnes ikke") && words.en.starts_with("There is no"))
        );
        assert_eq!(of("valid").map(|words| words.en), Some("valid"));
        assert!(of("bad-condition").is_some_and(|words| words.en.contains("system|value")));
    }
}
