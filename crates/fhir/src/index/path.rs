//! Search-parameter expressions, compiled: the subset of `FHIRPath` that R4's definitions use
//! <https://hl7.org/fhir/R4/searchparameter.html>: paths joined by `|`, choice types, `as`, `.where(…)`.

use crate::ResourceType;
use crate::registry::ParamKind;

/// One path of an expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) steps: Vec<Step>,
    /// `x.exists() and x != false`: one boolean, whatever is found.
    pub(super) truth: bool,
}

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// To the elements of any of these JSON names (a choice element has one for each type, a primitive's extensions
    /// stand under `_name`).
    Child(Vec<String>),
    /// `.where(resolve() is T)`.
    Resolves(ResourceType),
    /// `.where(element='text')`.
    Equals(String, String),
}

/// Compiles an expression. `choices` are the types that a last element may be spelt with (`Period` in
/// `occurrencePeriod`). `None` when it is outside the subset; a test proves that no parameter is.
pub(super) fn compile(expression: &str, choices: &[&str]) -> Option<Vec<Path>> {
    split(expression, '|').into_iter().map(|part| path(part.trim(), choices)).collect()
}

/// The types of a choice element that a parameter of a kind looks at: `occurrence[x]` as a date is `occurrencePeriod`,
/// never `occurrenceString`.
pub(super) const fn choices(kind: ParamKind) -> &'static [&'static str] {
    match kind {
        ParamKind::Token => &["CodeableConcept", "Coding", "Code", "Identifier", "Boolean", "DateTime"],
        ParamKind::Date => &["DateTime", "Date", "Instant", "Period", "Timing"],
        ParamKind::String => &["String"],
        ParamKind::Reference => &["Reference", "Canonical"],
        ParamKind::Uri => &["Uri", "Url", "Canonical"],
    }
}

fn path(text: &str, choices: &[&str]) -> Option<Path> {
    if let Some((subject, other)) = text.split_once(".exists() and ") {
        let truth = other.strip_suffix(" != false") == Some(subject);
        return truth.then(|| steps(subject, choices).map(|steps| Path { steps, truth })).flatten();
    }
    if let Some((inner, cast)) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')?.split_once(" as ")) {
        let suffix = capitalised(cast);
        return steps(inner, &[suffix.as_str()]).map(|steps| Path { steps, truth: false });
    }
    steps(text, choices).map(|steps| Path { steps, truth: false })
}

fn steps(text: &str, choices: &[&str]) -> Option<Vec<Step>> {
    let words = split(text, '.');
    let (_type, words) = words.split_first()?;
    let mut steps = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if let Some(condition) = word.strip_prefix("where(").and_then(|rest| rest.strip_suffix(')')) {
            steps.push(filter(condition)?);
            continue;
        }
        if word.is_empty() || !word.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let mut names = vec![(*word).to_owned()];
        if at + 1 == words.len() {
            names.extend(choices.iter().map(|choice| format!("{word}{choice}")));
        } else if words.get(at + 1) == Some(&"extension") {
            names.push(format!("_{word}"));
        }
        steps.push(Step::Child(names));
    }
    Some(steps)
}

fn filter(condition: &str) -> Option<Step> {
    if let Some(rtype) = condition.strip_prefix("resolve() is ") {
        return rtype.parse().ok().map(Step::Resolves);
    }
    let (name, text) = condition.split_once('=')?;
    let text = text.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(Step::Equals(name.to_owned(), text.to_owned()))
}

/// Splits outside quotes and parentheses.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut depth, mut quoted) = (0_i32, false);
    text.split(|c: char| {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        c == separator && !quoted && depth == 0
    })
    .collect()
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(names: &[&str]) -> Step {
        Step::Child(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn compiles_the_subset() {
        let only = |steps| Some(vec![Path { steps, truth: false }]);
        assert_eq!(compile("Task.for", &[]), only(vec![child(&["for"])]));
        assert_eq!(compile("(Goal.start as date)", &["Period"]), only(vec![child(&["start", "startDate"])]));
        assert_eq!(
            compile("ServiceRequest.occurrence", &["DateTime", "Period"]),
            only(vec![child(&["occurrence", "occurrenceDateTime", "occurrencePeriod"])])
        );
        assert_eq!(
            compile("A.b.where(resolve() is Patient)", &[]),
            only(vec![child(&["b"]), Step::Resolves(ResourceType::Patient)])
        );
        assert_eq!(
            compile("A.b.extension.where(url='http://a.no/b|c').value", &["Coding"]),
            only(vec![
                child(&["b", "_b"]),
                child(&["extension"]),
                Step::Equals("url".to_owned(), "http://a.no/b|c".to_owned()),
                child(&["value", "valueCoding"]),
            ])
        );
        let alternatives = compile("A.b | A.c", &[]).unwrap();
        assert_eq!(alternatives.len(), 2);
        let truth = compile("Patient.deceased.exists() and Patient.deceased != false", &["Boolean"]).unwrap();
        assert_eq!(truth, [Path { steps: vec![child(&["deceased", "deceasedBoolean"])], truth: true }]);
    }

    #[test]
    fn refuses_what_is_outside() {
        for text in [
            "A.b.first()",
            "A.b[0]",
            "A.where(b > 1)",
            "A.b.exists() and A.c != false",
            "A.b.where(resolve() is X)",
            "A..b",
        ] {
            assert_eq!(compile(text, &[]), None, "{text}");
        }
    }
}
