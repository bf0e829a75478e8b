//! Scopes: SMART on FHIR v2 system scopes <https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html> and Varde's
//! own named scopes. A scope gives the *kind* of act, never a patient.
//!
//! * `system/CareTeam.cruds`, `system/*.rs`: letters in the order c r u d s, any subset, at least one.
//! * `system/CareTeam.rs?status=active` asks for less than the whole type. Varde does not narrow by such a restriction, so
//!   the scope grants **nothing**: giving the whole type would be more than was consented to.
//! * `varde:appoint`, `varde:plan-status`, `varde:report`, `varde:audit` (the prefix is a setting).
//! * Everything else, also SMART v1 (`system/X.read`) and `user/`, `patient/`, is ignored.

use std::collections::{BTreeMap, BTreeSet};
use varde_fhir::ResourceType;

/// What the names of scopes start with in the registry and in this project's texts.
const OWN: &str = "varde:";
const LETTERS: &str = "cruds";

/// The scopes of one token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    prefix: String,
    every: BTreeSet<char>,
    types: BTreeMap<ResourceType, BTreeSet<char>>,
    named: BTreeSet<String>,
}

/// One letter of a SMART scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeLetter {
    /// `c`
    Create,
    /// `r`: read, vread, history.
    Read,
    /// `u`
    Update,
    /// `d`
    Delete,
    /// `s`
    Search,
}

impl Scopes {
    /// Reads a space-separated list; `prefix` is what this deployment puts before the names of Varde's own scopes.
    #[must_use]
    pub fn parse(text: &str, prefix: &str) -> Self {
        let mut scopes = Self { prefix: prefix.to_owned(), ..Self::default() };
        for scope in text.split_ascii_whitespace() {
            scopes.add(scope);
        }
        scopes
    }

    /// Whether a SMART scope gives this letter for this type.
    #[must_use]
    pub fn grants(&self, rtype: ResourceType, letter: ScopeLetter) -> bool {
        let letter = letter.as_char();
        self.every.contains(&letter) || self.types.get(&rtype).is_some_and(|letters| letters.contains(&letter))
    }

    /// Whether a named scope is there, asked by its name in the registry, e.g. `varde:appoint`.
    #[must_use]
    pub fn has(&self, scope: &str) -> bool {
        scope.strip_prefix(OWN).is_some_and(|name| self.named.contains(name))
    }

    /// Whether one scope, as a client writes it, asks for no more than these scopes give.
    #[must_use]
    pub(crate) fn cover(&self, scope: &str) -> bool {
        let asked = Self::parse(scope, &self.prefix);
        let covered = |rtype: ResourceType, letters: &BTreeSet<char>| {
            letters.iter().all(|l| self.every.contains(l) || self.types.get(&rtype).is_some_and(|own| own.contains(l)))
        };
        let understood = !(asked.every.is_empty() && asked.types.is_empty() && asked.named.is_empty());
        understood
            && asked.every.is_subset(&self.every)
            && asked.named.is_subset(&self.named)
            && asked.types.iter().all(|(rtype, letters)| covered(*rtype, letters))
    }

    /// A named scope as this deployment writes it: `varde:appoint` → `nhn:varde/appoint`.
    #[must_use]
    pub(crate) fn written(&self, scope: &str) -> String {
        own_scope(scope, &self.prefix)
    }

    fn add(&mut self, scope: &str) {
        if let Some(smart) = scope.strip_prefix("system/") {
            let Some((rtype, letters)) = smart.rsplit_once('.').filter(|(_, letters)| ordered_letters(letters)) else {
                return;
            };
            if rtype == "*" {
                self.every.extend(letters.chars());
            } else if let Ok(rtype) = rtype.parse() {
                self.types.entry(rtype).or_default().extend(letters.chars());
            }
        } else if let Some(name) = scope.strip_prefix(self.prefix.as_str()).filter(|name| !name.is_empty()) {
            self.named.insert(name.to_owned());
        }
    }
}

/// A scope of the registry as a deployment with this prefix writes it; other scopes as they are.
pub(crate) fn own_scope(scope: &str, prefix: &str) -> String {
    scope.strip_prefix(OWN).map_or_else(|| scope.to_owned(), |name| format!("{prefix}{name}"))
}

/// A non-empty subset of `cruds`, in that order, each letter once.
fn ordered_letters(letters: &str) -> bool {
    let mut rest = LETTERS.chars();
    !letters.is_empty() && letters.chars().all(|letter| rest.any(|known| known == letter))
}

impl ScopeLetter {
    /// Every one there is.
    pub const ALL: [Self; 5] = [Self::Create, Self::Read, Self::Update, Self::Delete, Self::Search];

    /// The letter as it stands in a scope.
    #[must_use]
    pub const fn as_char(self) -> char {
        match self {
            Self::Create => 'c',
            Self::Read => 'r',
            Self::Update => 'u',
            Self::Delete => 'd',
            Self::Search => 's',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ScopeLetter, Scopes};
    use varde_fhir::ResourceType;

    fn letters(scope: &str, rtype: ResourceType) -> String {
        let scopes = Scopes::parse(scope, "varde:");
        ScopeLetter::ALL.iter().filter(|l| scopes.grants(rtype, **l)).map(|l| l.as_char()).collect()
    }

    #[test]
    fn smart_scopes_grant_what_they_say_and_nothing_else() {
        for (scope, team, plan) in [
            ("system/CareTeam.cruds", "cruds", ""),
            ("system/CareTeam.rs", "rs", ""),
            ("system/CareTeam.r system/CareTeam.s", "rs", ""),
            ("system/*.rs system/CarePlan.u", "rs", "rus"),
            ("system/*.cruds", "cruds", "cruds"),
            ("system/CareTeam.sr", "", ""),
            ("system/CareTeam.rr", "", ""),
            ("system/CareTeam.", "", ""),
            ("system/CareTeam", "", ""),
            ("system/CareTeam.read", "", ""),
            ("system/CareTeam.*", "", ""),
            ("system/careteam.rs", "", ""),
            ("user/CareTeam.rs patient/*.rs", "", ""),
            ("system/CareTeam.rs?category=http://x|y", "", ""),
            ("system/*.rs?_id=1.cruds", "", ""),
            ("openid  profile", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(letters(scope, ResourceType::CareTeam), team, "{scope} CareTeam");
            assert_eq!(letters(scope, ResourceType::CarePlan), plan, "{scope} CarePlan");
        }
    }

    #[test]
    fn named_scopes_follow_the_configured_prefix() {
        for (text, prefix, expected) in [
            ("varde:appoint", "varde:", true),
            ("nhn:varde/appoint", "nhn:varde/", true),
            ("varde:appoint", "nhn:varde/", false),
            ("nhn:varde/appoint", "varde:", false),
            ("varde:", "varde:", false),
            ("appoint", "varde:", false),
        ] {
            assert_eq!(Scopes::parse(text, prefix).has("varde:appoint"), expected, "{text} under {prefix}");
        }
    }

    #[test]
    fn a_scope_is_covered_when_it_asks_for_no_more() {
        let own = Scopes::parse("system/*.rs system/CareTeam.cruds varde:appoint", "varde:");
        for (scope, expected) in [
            ("system/CareTeam.cu", true),
            ("system/CarePlan.rs", true),
            ("system/*.r", true),
            ("varde:appoint", true),
            ("system/CarePlan.c", false),
            ("system/*.cruds", false),
            ("varde:audit", false),
            ("openid", false),
            ("system/CareTeam.rs?x=y", false),
        ] {
            assert_eq!(own.cover(scope), expected, "{scope}");
        }
    }
}
