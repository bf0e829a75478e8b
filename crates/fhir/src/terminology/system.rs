//! What a code system and its concepts are here.

use crate::Language;

/// A code system, or the part of it that is used.
#[derive(Debug)]
pub struct CodeSystem {
    /// Canonical url (the value of `Coding.system`).
    pub url: &'static str,
    /// Computable name.
    pub name: &'static str,
    /// Title in Norwegian.
    pub title_nb: &'static str,
    /// Title in English.
    pub title_en: &'static str,
    /// Whether all its codes are here; `false` for somebody else's system (`CodeSystem.content` is then `fragment`).
    pub complete: bool,
    /// The codes.
    pub concepts: &'static [Concept],
}

impl CodeSystem {
    /// The concept with this code.
    #[must_use]
    pub fn concept(&self, code: &str) -> Option<&'static Concept> {
        self.concepts.iter().find(|concept| concept.code == code)
    }
}

/// One code.
#[derive(Debug)]
pub struct Concept {
    /// The code.
    pub code: &'static str,
    /// Display in Norwegian bokmål.
    pub nb: &'static str,
    /// Display in English.
    pub en: &'static str,
}

impl Concept {
    /// The display in a language.
    #[must_use]
    pub fn display(&self, language: Language) -> &'static str {
        match language {
            Language::Norwegian => self.nb,
            Language::English => self.en,
        }
    }
}

/// A row of a table.
pub(super) const fn c(code: &'static str, nb: &'static str, en: &'static str) -> Concept {
    Concept { code, nb, en }
}
