//! What an operation is here <https://hl7.org/fhir/R4/operations.html>.

use crate::{ResourceType, canonical};

/// One `$operation`.
#[derive(Debug)]
pub struct Operation {
    /// The type it stands on.
    pub rtype: ResourceType,
    /// Name without `$`.
    pub name: &'static str,
    /// Whether the URL names an instance (`Type/{id}/$name`) or the type (`Type/$name`).
    pub instance: bool,
    /// Who may run it, and on what.
    pub kind: OperationKind,
    /// Whether it changes something (then only POST).
    pub affects_state: bool,
    /// Whether GET runs it too: it changes nothing, and no parameter of it may be a national number.
    pub by_get: bool,
    /// Named scope that gives the kind of act, e.g. `varde:appoint`; empty for all but [`OperationKind::Job`].
    pub scope: &'static str,
    /// Name a generated client gets (OpenAPI `operationId`).
    pub operation_id: &'static str,
    /// One line in English.
    pub title: &'static str,
    /// One line in Norwegian.
    pub title_nb: &'static str,
    /// What goes in and comes out.
    pub parameters: &'static [Parameter],
}

/// Who may run an operation, and on what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// A deed of the main job: the kind of organisation and a named scope.
    Job,
    /// `$validate`: whoever has any right on the type; nothing of it is stored.
    Validate,
    /// Asks the published terminology: anybody, like the definitions themselves.
    Terminology,
}

/// One parameter of an operation <https://hl7.org/fhir/R4/operationdefinition.html>.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Whether it comes out; else it goes in.
    pub out: bool,
    /// The fewest of it.
    pub min: u32,
    /// The most of it: a number, or `*`.
    pub max: &'static str,
    /// Its FHIR type; `Any` for a reference or the resource itself; empty when it has parts.
    pub rtype: &'static str,
    /// Its parts.
    pub parts: &'static [Parameter],
    /// What it is.
    pub about: &'static str,
}

/// A parameter that goes in.
pub(super) const fn given(
    name: &'static str,
    min: u32,
    max: &'static str,
    rtype: &'static str,
    about: &'static str,
) -> Parameter {
    Parameter { name, out: false, min, max, rtype, parts: &[], about }
}

/// A parameter that comes out.
pub(super) const fn made(
    name: &'static str,
    min: u32,
    max: &'static str,
    rtype: &'static str,
    about: &'static str,
) -> Parameter {
    Parameter { name, out: true, min, max, rtype, parts: &[], about }
}

impl Operation {
    /// Its address below the base: `CareTeam/{id}/$end-appointment`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}{}/${}", self.rtype, if self.instance { "/{id}" } else { "" }, self.name)
    }

    /// The canonical URL of its OperationDefinition.
    #[must_use]
    pub fn definition(&self) -> String {
        canonical::of("OperationDefinition", &format!("{}-{}", self.rtype, self.name))
    }

    /// Whether it may be run without a token.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.kind == OperationKind::Terminology
    }
}
