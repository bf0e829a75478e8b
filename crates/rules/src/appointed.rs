//! The roles of a team: which participants hold a statutory role that is current (in force or lying ahead).

use crate::case::Loaded;
use serde_json::Value;
use varde_fhir::terminology::{self, BARNEKOORDINATOR, VARDE_ROLE};
use varde_fhir::view::{self, Term};
use varde_fhir::{Micros, ResourceKey};

/// The roles that rules speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Koordinator,
    Kontaktlege,
    Kontaktpsykolog,
    Barnekoordinator,
}

impl Role {
    const fn coding(self) -> (&'static str, &'static str) {
        match self {
            Self::Koordinator => (terminology::ROLE, terminology::KOORDINATOR),
            Self::Kontaktlege => (terminology::ROLE, terminology::KONTAKTLEGE),
            Self::Kontaktpsykolog => (terminology::ROLE, terminology::KONTAKTPSYKOLOG),
            Self::Barnekoordinator => (VARDE_ROLE, BARNEKOORDINATOR),
        }
    }

    /// The word for the role in texts.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Koordinator => "koordinator",
            Self::Kontaktlege => "kontaktlege",
            Self::Kontaktpsykolog => "kontaktpsykolog",
            Self::Barnekoordinator => "barnekoordinator",
        }
    }
}

/// One current participant of a team.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Appointed<'a> {
    pub(crate) team: &'a ResourceKey,
    /// The trust: the tenant that owns the team.
    pub(crate) owner: Option<&'a str>,
    pub(crate) resource: &'a Value,
    pub(crate) index: usize,
    pub(crate) participant: &'a Value,
    pub(crate) term: Term,
}

impl<'a> Appointed<'a> {
    /// The current participants of a team. A team whose status is neither absent nor `active` has none.
    pub(crate) fn of(team: &Loaded<'a>, now: Micros) -> Vec<Self> {
        if !matches!(team.resource.get("status").and_then(Value::as_str), None | Some("active")) {
            return Vec::new();
        }
        let participants = view::items(team.resource, "participant").iter().enumerate();
        let all = participants.map(|(index, participant)| Self {
            team: team.key,
            owner: team.owner,
            resource: team.resource,
            index,
            participant,
            term: view::term(participant.get("period")),
        });
        all.filter(|appointed| appointed.term.is_current(now)).collect()
    }

    /// Whether the participant holds the role; one participant may hold several (17 and 18).
    pub(crate) fn holds(&self, role: Role) -> bool {
        let (system, code) = role.coding();
        view::has_code(self.participant, "role", system, code)
    }

    /// `.participant[3]` followed by an element.
    pub(crate) fn path(&self, element: &str) -> String {
        format!(".participant[{}]{element}", self.index)
    }
}
