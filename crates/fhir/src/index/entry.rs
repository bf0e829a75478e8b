//! The rows of the search index.

use crate::ResourceType;
use crate::identifier::is_national_system;
use crate::time::Micros;
use std::fmt;

/// One row of the search index: `param` of the resource has this value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IndexEntry {
    /// The search parameter's name (`_id`, `status`, `participant-role` …).
    pub param: &'static str,
    /// The value.
    pub value: IndexValue,
}

/// A value by parameter type <https://hl7.org/fhir/R4/search.html#ptypes>. `Debug` hides national numbers.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum IndexValue {
    /// Token. `system` is empty when the element has none (then `|code` matches); `code` keeps its case.
    Token {
        /// Code system or identifier system, `""` for none.
        system: String,
        /// Code, identifier value, boolean, contact value.
        code: String,
    },
    /// Reference. Exactly what the element says: a literal, an identifier, or both.
    Reference {
        /// Target type when known (from the literal or `Reference.type`).
        rtype: Option<ResourceType>,
        /// Logical id of a local literal; otherwise the literal whole (an external URL, a `urn:`, a canonical, or
        /// `Type/id` of a type that is not served); `""` when there is no literal.
        id: String,
        /// `Reference.identifier` as (system, value), for `:identifier`.
        identifier: Option<(String, String)>,
    },
    /// Half-open interval of instants `[low, high)`.
    Date {
        /// First instant; [`crate::time::NEVER`] when open.
        low: Micros,
        /// First instant after; [`crate::time::FOREVER`] when open.
        high: Micros,
    },
    /// String.
    Text {
        /// Folded for matching: lower case, accents and marks removed per Norwegian practice (æ ø å kept), spaces
        /// collapsed ([`crate::index::fold()`]).
        folded: String,
        /// As written, for `:exact`.
        exact: String,
    },
    /// Uri, compared whole.
    Uri {
        /// The uri.
        value: String,
    },
}

impl fmt::Debug for IndexValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { system, code } => write!(f, "Token({system}|{})", shown(system, code)),
            Self::Reference { rtype, id, identifier } => {
                let identifier =
                    identifier.as_ref().map(|(system, value)| format!("{system}|{}", shown(system, value)));
                write!(f, "Reference({rtype:?}/{id} {identifier:?})")
            }
            Self::Date { low, high } => write!(f, "Date({low}..{high})"),
            Self::Text { exact, .. } => write!(f, "Text({exact:?})"),
            Self::Uri { value } => write!(f, "Uri({value:?})"),
        }
    }
}

fn shown<'a>(system: &str, value: &'a str) -> &'a str {
    if is_national_system(system) { "…" } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_national_numbers() {
        let system = "urn:oid:2.16.578.1.12.4.1.4.1".to_owned();
        let token = IndexValue::Token { system: system.clone(), code: "01819019939".to_owned() };
        let identifier = Some((system, "01819019939".to_owned()));
        let reference = IndexValue::Reference { rtype: None, id: String::new(), identifier };
        for value in [token, reference] {
            assert!(!format!("{value:?}").contains("01819019939"));
        }
    }
}
