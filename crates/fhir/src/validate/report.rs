//! Where issues are collected: all of them up to a bound, each with its place.

use crate::json::place::Place;
use crate::{Issue, IssueCode};

/// More than this many issues help nobody, and answers stay small.
const MOST: usize = 100;

/// The issues found so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    issues: Vec<Issue>,
}

impl Report {
    /// Whether looking further is pointless.
    pub(super) fn full(&self) -> bool {
        self.issues.len() >= MOST
    }

    /// Adds an error at a place.
    pub(super) fn add(&mut self, place: &Place<'_>, code: IssueCode, key: &'static str, nb: String, en: String) {
        if !self.full() {
            self.issues.push(Issue::error(code, key, nb, en).at(place.expression()));
        }
    }

    pub(super) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    /// A JSON value of the wrong kind.
    pub(super) fn wrong_type(&mut self, place: &Place<'_>, nb: &str, en: &str) {
        let name = place.element();
        self.add(
            place,
            IssueCode::Structure,
            "wrong-type",
            format!("«{name}» har feil JSON-type. Det skal være {nb}."),
            format!("“{name}” has the wrong JSON type. It must be {en}."),
        );
    }

    pub(super) fn not_an_array(&mut self, place: &Place<'_>) {
        self.wrong_type(place, "en JSON-liste, også for én verdi", "a JSON array, also for one value");
    }

    pub(super) fn not_a_resource(&mut self, place: &Place<'_>) {
        self.wrong_type(place, "en ressurs (et JSON-objekt)", "a resource (a JSON object)");
    }

    /// An empty string, array or object, or a null where none may stand.
    pub(super) fn empty(&mut self, place: &Place<'_>) {
        let name = place.element();
        self.add(
            place,
            IssueCode::Structure,
            "empty-value",
            format!("«{name}» er tomt. Gi det en verdi eller utelat det (FHIR JSON tillater ikke tomme verdier)."),
            format!("“{name}” is empty. Give it a value or leave it out (FHIR JSON allows no empty values)."),
        );
    }

    /// A formal invariant of R4 that does not hold; the texts begin with its key.
    pub(super) fn invariant(&mut self, place: &Place<'_>, key: &str, nb: &str, en: &str) {
        self.add(place, IssueCode::Invariant, "invariant", format!("{key}: {nb}"), format!("{key}: {en}"));
    }
}
