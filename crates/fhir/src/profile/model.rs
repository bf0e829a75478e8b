//! What a profile is here: a type, and rows of what is asked of its elements.

use crate::{ResourceType, canonical};

/// A text in Norwegian bokmål and English.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Norwegian bokmål.
    pub nb: &'static str,
    /// English.
    pub en: &'static str,
}

/// What a resource that claims the profile must hold besides R4.
#[derive(Debug)]
pub struct Profile {
    /// The last part of its canonical URL.
    pub id: &'static str,
    /// Computable name.
    pub name: &'static str,
    /// The type it is about.
    pub rtype: ResourceType,
    /// What it is called.
    pub title: Words,
    /// The rules, in the order of the type's elements.
    pub rules: &'static [Rule],
}

/// One rule: an element, what is asked of it, and why.
#[derive(Debug)]
pub struct Rule {
    /// The element below the type: `participant.period.start`. Inside a repeating element it is asked of each.
    pub path: &'static str,
    /// What is asked.
    pub ask: Ask,
    /// Why, and what to do about it.
    pub why: Words,
}

/// What a rule asks of an element.
#[derive(Debug)]
pub enum Ask {
    /// It is there.
    Present,
    /// It is there, and refers to one of these types.
    RefersTo(&'static [ResourceType]),
    /// It is there, and is this code.
    Code(&'static str),
    /// It is there, and some coding of it is this one: system and code.
    Coding(&'static str, &'static str),
    /// It is there, and some coding of it is in our value set of this id.
    In(&'static str),
}

impl Profile {
    /// The canonical URL.
    #[must_use]
    pub fn url(&self) -> String {
        canonical::of("StructureDefinition", self.id)
    }
}
