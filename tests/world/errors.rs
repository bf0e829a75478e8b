//! `docs/errors.md`: every message code with its texts, read from the places where errors are made, so that the list cannot say
//! what the code does not. `VARDE_BLESS=1` writes it anew.

use crate::tidy::sources::{Source, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The crates whose messages reach a caller under `varde-message`; the law's have `docs/rules.md`.
const CRATES: [&str; 4] = ["auth", "fhir", "http", "service"];

/// One code: the kinds of issue it comes with, and its texts where they stand beside it.
#[derive(Default)]
struct Message {
    kinds: BTreeSet<String>,
    texts: Vec<(String, String)>,
}

#[test]
fn the_list_of_messages_is_what_the_code_says() {
    let messages = messages();
    assert!(messages.len() > 100, "{}", messages.len());
    // A name without a hyphen is more likely something else that stands beside a text.
    let words: Vec<&str> = messages.keys().map(String::as_str).filter(|code| !code.contains('-')).collect();
    assert_eq!(words, ["deleted", "done", "invariant", "subsetted", "unavailable", "valid"]);
    for (code, message) in &messages {
        for (nb, en) in &message.texts {
            assert!(nb != en && !nb.is_empty() && !en.is_empty(), "{code}: {nb} / {en}");
        }
    }
    let path = root().join("docs/errors.md");
    let made = markdown(&messages);
    if std::env::var_os("VARDE_BLESS").is_some() {
        std::fs::write(&path, &made).expect("a file");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/errors.md is not current: VARDE_BLESS=1 cargo test --workspace --test world errors"
    );
}

/// The refusals that the OpenAPI document shows are told as the server tells them.
#[test]
fn the_examples_of_refusals_are_told_so() {
    let messages = messages();
    let folder = root().join("crates/http/fixtures/outcomes");
    for file in std::fs::read_dir(folder).expect("a folder").flatten() {
        let text = std::fs::read_to_string(file.path()).expect("a file");
        let outcome: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let details = &outcome["issue"][0]["details"];
        let (code, said) =
            (details["coding"][0]["code"].as_str().expect("a code"), details["text"].as_str().expect("a text"));
        if details["coding"][0]["system"] == varde_fhir::outcome::RULE_SYSTEM {
            continue;
        }
        let message = messages.get(code).unwrap_or_else(|| panic!("{code}: {}", file.path().display()));
        let same = |told: &str| fits(told, said);
        // Some are put together of parts.
        let known = message.texts.is_empty() || message.texts.iter().any(|(nb, en)| same(nb) || same(en));
        assert!(known, "{code}: {said}\n{:?}", message.texts);
    }
}

/// Whether a text is one with `…` filled in.
fn fits(told: &str, said: &str) -> bool {
    let mut parts = told.split('…');
    let Some(mut rest) = said.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    for part in parts {
        match if part.is_empty() { Some(rest.len()) } else { rest.find(part).map(|at| at + part.len()) } {
            Some(end) => rest = &rest[end..],
            None => return false,
        }
    }
    rest.is_empty()
}

fn markdown(messages: &BTreeMap<String, Message>) -> String {
    let mut text = String::from(
        "# Message codes\n\nEvery code of `https://varde.no/fhir/CodeSystem/varde-message`, as it stands in `OperationOutcome.issue.details.coding`, \
         read from the\nsource; do not edit. To write it again: `VARDE_BLESS=1 cargo test --workspace --test world errors`. Codes are stable; texts may \
         change. `…` is\nfilled in. Where a code has several texts, the first stands here; where none does, it is put together of parts. The rules of the law are in [rules.md](rules.md).\n\n\
         | code | issue type | bokmål | English |\n|---|---|---|---|\n",
    );
    for (code, message) in messages {
        let kinds: Vec<&str> = message.kinds.iter().map(String::as_str).collect();
        let (nb, en) = message.texts.first().map_or(("", ""), |(nb, en)| (nb.as_str(), en.as_str()));
        // `varde_service` reads these rows: they are the code system that is served.
        let _ = writeln!(text, "| `{code}` | {} | {} | {} |", kinds.join(", "), cell(nb), cell(en));
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn messages() -> BTreeMap<String, Message> {
    let mut messages: BTreeMap<String, Message> = BTreeMap::new();
    for source in CRATES.into_iter().flat_map(Source::of_crate).filter(makes_errors) {
        let code = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let literals = literals(code);
        for (at, literal) in literals.iter().enumerate() {
            if !is_code(&literal.text) {
                continue;
            }
            let kind = kind_before(&code[..literal.start]).or_else(|| kind_of_call(&code[..literal.start]));
            let texts = texts_after(code, &literals[at..]);
            if kind.is_none() && (texts.is_none() || !literal.text.contains('-')) {
                continue;
            }
            let message = messages.entry(literal.text.clone()).or_default();
            message.kinds.extend(kind);
            // The middle of a text is none.
            message.texts.extend(texts.filter(|(nb, _)| nb.ends_with(['.', '?', '…'])));
        }
    }
    messages
}

/// Terminology and profiles have codes too, which are no messages; the OpenAPI document and tests make no errors.
fn makes_errors(source: &Source) -> bool {
    let other = ["terminology", "profile", "registry", "conformance::", "openapi", "examples", "index", "offer"];
    let is_test = source.module.ends_with("tests");
    !is_test && !other.iter().any(|start| source.module.starts_with(start)) || source.module == "conformance::query"
}

/// kebab-case, and not the key of an R4 invariant (`per-1`), which stands in the text of the code `invariant`.
fn is_code(text: &str) -> bool {
    let kebab = !text.is_empty()
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    let invariant = text.rsplit_once('-').is_some_and(|(_, last)| last.starts_with(|c: char| c.is_ascii_digit()));
    kebab && text.starts_with(|c: char| c.is_ascii_lowercase()) && !invariant
}

/// `IssueCode::NotFound,` just before, as FHIR spells it.
fn kind_before(code: &str) -> Option<String> {
    let before = code.trim_end().strip_suffix(',')?;
    let at = before.rfind("IssueCode::")? + "IssueCode::".len();
    let name = &before[at..];
    if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let mut kind = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kind.is_empty() {
            kind.push('-');
        }
        kind.push(letter.to_ascii_lowercase());
    }
    Some(kind)
}

/// The kind that a function of the HTTP face gives, whose code stands first or behind a place.
fn kind_of_call(code: &str) -> Option<String> {
    let (at, kind) = [("malformed(", "invalid"), ("not_supported(", "not-supported")]
        .into_iter()
        .filter_map(|(call, kind)| {
            let start = code.rfind(call)?;
            // Methods of this name are others.
            let own = !code[..start].ends_with(|c: char| c == '.' || c == '_' || c.is_alphanumeric());
            own.then_some((start + call.len(), kind))
        })
        .max()?;
    let between: String = code[at..].split_whitespace().collect();
    let place = between.strip_suffix(',').is_some_and(|place| !place.contains([';', ',']) && place.contains("http."));
    (between.is_empty() || place).then(|| kind.to_owned())
}

/// The two texts behind a code, when both stand there as literals, bare or in `format!`, with or without the field's name.
fn texts_after(code: &str, literals: &[Literal]) -> Option<(String, String)> {
    let [key, nb, rest @ ..] = literals else { return None };
    let plain = |between: &str| {
        matches!(between.split_whitespace().collect::<String>().as_str(), "," | ",format!(" | ",nb:" | ",nb:format!(")
    };
    if !plain(&code[key.end..nb.start]) || !nb.text.contains(' ') {
        return None;
    }
    // Arguments of the first `format!` may stand between, and literals among them.
    let en = rest.iter().take(3).find(|en| {
        let between: String = code[nb.end..en.start].split_whitespace().collect();
        [",", ",format!(", ",en:", ",en:format!("].iter().any(|end| between.ends_with(end))
    })?;
    let (nb, en, near) = (shown(&nb.text), shown(&en.text), en.start - nb.end < 200);
    let says = |text: &str| text.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count() > 1;
    (near && says(&nb) && says(&en)).then_some((nb, en))
}

/// What is filled in becomes `…`.
fn shown(text: &str) -> String {
    // `{{` is a brace that is meant.
    let text = text.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        shown.push_str(before);
        shown.push('…');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    (shown + rest).replace('\u{1}', "{").replace('\u{2}', "}")
}

/// A string literal of a source.
struct Literal {
    start: usize,
    end: usize,
    text: String,
}

fn literals(code: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = code[at..].find(['"', '/', '\'']) {
        let start = at + next;
        let rest = &code[start..];
        at = start + 1;
        if rest.starts_with("//") {
            at = start + rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\'") {
            at = start + 3;
        } else if let Some(rest) = rest.strip_prefix('"') {
            let (text, length) = unescaped(rest);
            at = start + 1 + length;
            found.push(Literal { start, end: at, text });
        }
    }
    found
}

/// The text up to the closing quote, and the bytes with it.
fn unescaped(code: &str) -> (String, usize) {
    let mut text = String::new();
    let mut letters = code.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (text, at + 1),
            '\\' => match letters.next() {
                // A line that goes on.
                Some((_, '\n')) => while letters.next_if(|(_, letter)| letter.is_whitespace()).is_some() {},
                Some((_, 'n')) => text.push('\n'),
                Some((_, other)) => text.push(other),
                None => {}
            },
            _ => text.push(letter),
        }
    }
    (text, code.len())
}

#[test]
fn texts_are_read_from_the_source() {
    let code = r#"
        // "not-this", "a b", "c d"
        let x = Issue::error(IssueCode::NotFound, "not-here", "Er \"ikke\" \
            her.", format!("There is {no} such."));
        let y = refuse(400, IssueCode::Value, "bad-value", format!("Verdien {a} er feil.", a = b("x")), "The value is wrong.");
        let z = coding("a-code", "x", "y");
        let denied = Denied { key: "not-yours", nb: format!("Det er ikke {ditt}."), en: format!("It is not {yours}.") };
        let read = malformed(
            "http.url", "no-id", "Gi {{id}}, {a}.", "Give {{id}}, {a}.");
    "#;
    let literals = literals(code);
    let read: Vec<_> = (0..literals.len())
        .filter(|at| is_code(&literals[*at].text))
        .map(|at| texts_after(code, &literals[at..]))
        .collect();
    let pair = |nb: &str, en: &str| Some((nb.to_owned(), en.to_owned()));
    assert_eq!(read[0], pair("Er \"ikke\" her.", "There is … such."));
    assert_eq!(read[1], pair("Verdien … er feil.", "The value is wrong."));
    assert_eq!(
        read[2..].iter().flatten().collect::<Vec<_>>(),
        [
            &("Det er ikke ….".to_owned(), "It is not ….".to_owned()),
            &("Gi {id}, ….".to_owned(), "Give {id}, ….".to_owned()),
        ]
    );
    assert_eq!(kind_of_call("malformed( \"http.url\", "), Some("invalid".to_owned()));
    assert_eq!(kind_of_call("malformed(a, b); not(c, "), None);
    assert_eq!(kind_of_call("at.malformed( "), None);
    assert_eq!(kind_before("Issue::error(IssueCode::NotFound, "), Some("not-found".to_owned()));
    assert!(!is_code("per-1") && is_code("not-found") && !is_code("Not") && !is_code(""));
}
