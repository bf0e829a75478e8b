//! A parsed search: what the store runs. Documented here: what each modifier and prefix asks of the SQL.

use crate::identifier::is_national_system;
use crate::registry::SearchParam;
use crate::summary::Summary;
use crate::time::Micros;
use crate::{Id, Issue, ResourceType};
use std::fmt;

/// A parsed search on one type: terms are joined by AND, the values of a term by OR. `Debug` shows no value.
#[derive(Clone)]
pub struct Query {
    /// The type searched; of several, the first.
    pub rtype: ResourceType,
    /// The others, when several types are searched at once.
    pub also: Vec<ResourceType>,
    /// Whether the types were chosen by `_type`, or by nobody.
    pub wide: bool,
    /// Only what is in the compartment of this Patient.
    pub compartment: Option<Id>,
    /// The criteria on the resource itself.
    pub terms: Vec<Term>,
    /// The criteria on what it refers to and on what refers to it.
    pub links: Vec<Link>,
    /// `_include`.
    pub includes: Vec<Include>,
    /// `_revinclude`.
    pub revincludes: Vec<Include>,
    /// The types that may be included; `None` for any. Not the caller's to say: what they have no right to read is left out.
    pub includable: Option<Vec<ResourceType>>,
    /// `_sort`, in order of weight.
    pub sort: Vec<Sort>,
    /// `_count`, 0..=[`MAX_COUNT`]; 0 asks for the total alone. Default [`DEFAULT_COUNT`].
    pub count: u32,
    /// `_total` (and `_summary=count`).
    pub total: TotalMode,
    /// `_summary` (but for `count`) and `_elements`: which part of each resource.
    pub summary: Option<Summary>,
    /// The opaque cursor of a later page (`_cursor`), as it came.
    pub cursor: Option<String>,
    /// The parameters that were used, as they came, for the `self` link. Under `handling=lenient` the ignored ones are missing.
    pub used: Vec<(String, String)>,
    /// Warnings about parameters ignored under `handling=lenient`.
    pub ignored: Vec<Issue>,
    /// Whether a value holds (or looks like) a national identity number: then `used` never goes into a URL or a log,
    /// also not into the `self` and `next` links of the answer to `POST _search`.
    pub national_number: bool,
}

impl Query {
    /// The types searched.
    #[must_use]
    pub fn types(&self) -> Vec<ResourceType> {
        std::iter::once(self.rtype).chain(self.also.iter().copied()).collect()
    }

    /// What is searched: `CareTeam`, `Patient/1/CareTeam`, and for several types at once all of them by comma.
    #[must_use]
    pub fn place(&self) -> String {
        let names: Vec<&str> = self.types().iter().map(|rtype| rtype.as_str()).collect();
        let names = names.join(",");
        self.compartment.as_ref().map_or_else(|| names.clone(), |id| format!("Patient/{id}/{names}"))
    }

    /// The types at the far ends of its links.
    pub fn linked(&self) -> impl Iterator<Item = ResourceType> {
        self.links.iter().flat_map(Link::ends)
    }

    /// A search for everything of a type, 50 to a page.
    #[must_use]
    pub fn new(rtype: ResourceType) -> Self {
        Self {
            rtype,
            also: Vec::new(),
            wide: false,
            compartment: None,
            terms: Vec::new(),
            links: Vec::new(),
            includes: Vec::new(),
            revincludes: Vec::new(),
            includable: None,
            sort: Vec::new(),
            count: DEFAULT_COUNT,
            total: TotalMode::None,
            summary: None,
            cursor: None,
            used: Vec::new(),
            ignored: Vec::new(),
            national_number: false,
        }
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms: Vec<&str> = self.terms.iter().map(|term| term.param.name).collect();
        f.debug_struct("Query").field("rtype", &self.rtype).field("terms", &terms).finish_non_exhaustive()
    }
}

/// One criterion.
#[derive(Clone, Debug)]
pub struct Term {
    /// The parameter.
    pub param: &'static SearchParam,
    /// Its modifier.
    pub modifier: Modifier,
    /// Alternatives (OR).
    pub values: Vec<TermValue>,
}

impl Term {
    /// How many values the index is asked for: of `:above` those that the uri begins with, two at each `/`.
    pub(super) fn weight(&self) -> usize {
        self.values.iter().map(|value| value.weight(self.modifier)).sum()
    }
}

impl TermValue {
    /// [`Term::weight`] of one value.
    pub(super) fn weight(&self, modifier: Modifier) -> usize {
        match self {
            Self::Uri { value } if modifier == Modifier::Above => 2 * value.matches('/').count() + 1,
            _ => 1,
        }
    }
}

/// A criterion on a resource at the other end of a reference: `subject:Patient.name` (chain), `_has:CareTeam:subject:status`
/// (reverse chain) <https://hl7.org/fhir/R4/search.html#chaining>. Both ends are ones the caller may see.
#[derive(Clone, Debug)]
pub struct Link {
    /// The reference; its `rtype` is the type that holds it.
    pub param: &'static SearchParam,
    /// The type it points at.
    pub target: ResourceType,
    /// `_has`: the searched resource is pointed at. Else it holds the reference.
    pub reverse: bool,
    /// What is asked of the resource at the other end.
    pub then: Box<Filter>,
}

impl Link {
    /// The type at the other end.
    #[must_use]
    pub fn far(&self) -> ResourceType {
        if self.reverse { self.param.rtype } else { self.target }
    }

    /// That type, and those of the links behind it.
    fn ends(&self) -> Vec<ResourceType> {
        let mut ends = vec![self.far()];
        if let Filter::Link(then) = &*self.then {
            ends.extend(then.ends());
        }
        ends
    }
}

/// One criterion, on the resource itself or through a reference.
#[derive(Clone, Debug)]
pub enum Filter {
    /// On the resource itself.
    Term(Term),
    /// Through a reference.
    Link(Link),
}

/// A search modifier <https://hl7.org/fhir/R4/search.html#modifiers>, and what the SQL must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// None. Token: equal codes, and equal systems when the value has one (`Some("")`: only rows without a system).
    /// Reference: equal ids, and equal types when the value has one. String: the folded row starts with the folded value.
    /// Date: by [`Prefix`]. Uri: equal.
    None,
    /// `:exact` (string): the row as written equals the value as written.
    Exact,
    /// `:contains` (string): the folded row has the folded value anywhere.
    Contains,
    /// `:missing=true|false` (any but `_id` and `_lastUpdated`): no row (`true`) or some row (`false`) of the parameter; the
    /// term has no values.
    Missing(bool),
    /// `:not` (token): no row equals any of the values; also matches resources without the element.
    Not,
    /// `:below` (uri): the row begins with the value.
    Below,
    /// `:above` (uri): the value begins with the row, up to a `/`.
    Above,
    /// `:identifier` (reference): the values are tokens; they match the row's `identifier` as tokens match.
    Identifier,
    /// `:[type]` (reference): only rows of this type; the values carry the type too.
    Type(ResourceType),
}

/// One alternative of a term. `Debug` hides what may be a national number.
#[derive(Clone, PartialEq, Eq)]
pub enum TermValue {
    /// Token: `code` (system `None`), `|code` (system `Some("")`), `system|code`, `system|` (code `None`).
    Token {
        /// System, when one was written before `|`.
        system: Option<String>,
        /// Code, when one was written.
        code: Option<String>,
    },
    /// Reference: `Type/id`, `id` (rtype from the parameter's only target or the modifier, else `None`), or a URL in `id`,
    /// read by [`crate::index::target()`] as the index was: compare `id` whole, and `rtype` when there is one.
    Reference {
        /// Type.
        rtype: Option<ResourceType>,
        /// Id or URL.
        id: String,
    },
    /// Date with prefix; the value is the interval `[low, high)` its precision spans.
    Date {
        /// Comparison.
        prefix: Prefix,
        /// First instant.
        low: Micros,
        /// First instant after.
        high: Micros,
    },
    /// String: folded (for the default and `:contains`) and as written (for `:exact`).
    Text {
        /// Folded by the same function as the index.
        folded: String,
        /// As written.
        exact: String,
    },
    /// Uri.
    Uri {
        /// The uri.
        value: String,
    },
}

/// Date prefixes <https://hl7.org/fhir/R4/search.html#prefix>: how a row `[low, high)` and the value `[low, high)` compare.
/// A row that is open at a side has [`crate::time::NEVER`] or [`crate::time::FOREVER`] there, so plain comparisons hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// The value contains the row: `row.low >= low AND row.high <= high`.
    Eq,
    /// Not [`Prefix::Eq`], of a row that is there: `row.low < low OR row.high > high`.
    Ne,
    /// Some of the row is after the value: `row.high > high`.
    Gt,
    /// Some of the row is before the value: `row.low < low`.
    Lt,
    /// [`Prefix::Gt`] or [`Prefix::Eq`].
    Ge,
    /// [`Prefix::Lt`] or [`Prefix::Eq`].
    Le,
    /// The row starts after the value: `row.low >= high`.
    Sa,
    /// The row ends before the value: `row.high <= low`.
    Eb,
    /// The row overlaps the value widened on both sides by a tenth of its distance from now:
    /// `row.low < high + margin AND row.high > low - margin`.
    Ap,
}

/// `_include[:iterate]=Source:param[:Target]`, `_revinclude` likewise.
#[derive(Clone, Debug)]
pub struct Include {
    /// The type that holds the reference.
    pub source: ResourceType,
    /// The reference parameter.
    pub param: &'static SearchParam,
    /// Only targets of this type.
    pub target: Option<ResourceType>,
    /// `:iterate`: also from what was included, again and again.
    pub iterate: bool,
}

/// One key of `_sort`.
#[derive(Clone, Debug)]
pub struct Sort {
    /// The parameter.
    pub param: &'static SearchParam,
    /// `-` before the name.
    pub descending: bool,
}

/// `_total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TotalMode {
    /// No total (the default: a total costs a second pass).
    #[default]
    None,
    /// The exact number.
    Accurate,
}

/// The most values (alternatives of all criteria together) of one search.
pub const MAX_VALUES: usize = 1000;
/// The size of a page when `_count` does not say.
pub const DEFAULT_COUNT: u32 = 50;
/// The largest page.
pub const MAX_COUNT: u32 = 200;

impl fmt::Debug for TermValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { system, code } => {
                let national = system.as_deref().is_none_or(is_national_system);
                let code = code.as_deref().map(|code| if national && code.len() > 9 { "…" } else { code });
                write!(f, "Token({system:?}|{code:?})")
            }
            Self::Reference { rtype, id } => write!(f, "Reference({rtype:?}/{id:?})"),
            Self::Date { prefix, low, high } => write!(f, "Date({prefix:?} {low}..{high})"),
            Self::Text { exact, .. } => write!(f, "Text({exact:?})"),
            Self::Uri { value } => write!(f, "Uri({value:?})"),
        }
    }
}
