//! The rule table as a document: `docs/rules.md`, generated, committed and proven current by a test.

use crate::rule::rules;
use std::fmt::Write as _;

/// The text of `docs/rules.md`.
#[must_use]
pub fn rules_markdown() -> String {
    let mut text = String::from(
        "# Rules\n\n\
         Generated from `crates/rules/src/rule.rs`; do not edit. To write it again: `VARDE_BLESS=1 cargo test -p varde-rules`.\n\n\
         Every write path obeys these rules: create, update, transaction and operation. A broken rule is answered with 422 and an\n\
         OperationOutcome whose `issue.details.coding` has system `https://varde.no/fhir/CodeSystem/varde-rule` and the rule's id;\n\
         nothing is stored.\n\n\
         sphl = spesialisthelsetjenesteloven, pbrl = pasient- og brukerrettighetsloven, hol = helse- og omsorgstjenesteloven.\n",
    );
    for rule in rules() {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n## `{}`\n\n{}\n\n*{}*\n\n- Source: {}\n- Remedy: {}\n- Slik retter du: {}\n",
            rule.id, rule.en, rule.nb, rule.source, rule.remedy_en, rule.remedy_nb
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_document_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");
        if std::env::var_os("VARDE_BLESS").is_some() {
            std::fs::write(path, rules_markdown()).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap_or_default(),
            rules_markdown(),
            "VARDE_BLESS=1 cargo test -p varde-rules"
        );
    }
}
