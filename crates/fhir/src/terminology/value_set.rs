//! Value sets <https://hl7.org/fhir/R4/valueset.html>: Varde's own, and those that R4 binds codes to by the strength `required`.
//! What is in one is asked in one place: [`codes`].

use super::local::{CONSENT_CATEGORY, CRITERIA, ORGANISATION_KIND, SERVICE_TYPE, TASK_CODE, VARDE_ROLE};
use super::systems::code_system;
use super::{document, profession, role};
use crate::canonical;
use crate::table::{self, CodeSet};

/// One of our own value sets: some or all codes of some code systems.
#[derive(Debug)]
pub struct ValueSet {
    /// The last part of its canonical URL.
    pub id: &'static str,
    /// Computable name.
    pub name: &'static str,
    /// Title in Norwegian.
    pub title_nb: &'static str,
    /// Title in English.
    pub title_en: &'static str,
    /// Where its codes come from.
    pub includes: &'static [Include],
}

/// Codes of one system.
#[derive(Debug)]
pub struct Include {
    /// The code system's canonical URL.
    pub system: &'static str,
    /// These codes; when there are none, all that are known here.
    pub codes: &'static [&'static str],
}

/// One code of a value set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coded {
    /// The code system.
    pub system: &'static str,
    /// The code.
    pub code: &'static str,
}

const fn all(system: &'static str) -> Include {
    Include { system, codes: &[] }
}

const fn set(
    id: &'static str,
    name: &'static str,
    title_nb: &'static str,
    title_en: &'static str,
    includes: &'static [Include],
) -> ValueSet {
    ValueSet { id, name, title_nb, title_en, includes }
}

/// The roles of a team: 9034 and those without a national code.
pub const TEAM_ROLE: &str = "varde-team-role";
/// What a Consent is about.
pub const CONSENT_CATEGORIES: &str = "varde-consent-category";
/// What a Task asks for.
pub const TASK_CODES: &str = "varde-task-code";
/// Why somebody needs a koordinator.
pub const CRITERIA_SET: &str = "varde-criteria";

static VALUE_SETS: [ValueSet; 9] = [
    set(
        TEAM_ROLE,
        "VardeTeamRole",
        "Roller i et koordineringsteam",
        "Roles of a coordination team",
        &[all(role::URL), all(VARDE_ROLE)],
    ),
    set(
        "varde-appointed-role",
        "VardeAppointedRole",
        "Roller som oppnevnes",
        "Roles that are appointed",
        &[Include { system: role::URL, codes: &["18", "19", "20"] }],
    ),
    set("varde-profession", "VardeProfession", "Helsepersonell", "Health professions", &[all(profession::URL)]),
    set("varde-document-type", "VardeDocumentType", "Dokumenttyper", "Document types", &[all(document::URL)]),
    set(
        CONSENT_CATEGORIES,
        "VardeConsentCategories",
        "Hva samtykket gjelder",
        "What the consent is about",
        &[all(CONSENT_CATEGORY)],
    ),
    set(TASK_CODES, "VardeTaskCodes", "Oppgaver", "Tasks", &[all(TASK_CODE)]),
    set(CRITERIA_SET, "VardeCriteriaSet", "Kriterier for koordinator", "Criteria for a koordinator", &[all(CRITERIA)]),
    set("varde-service-type", "VardeServiceTypes", "Tjenester", "Services", &[all(SERVICE_TYPE)]),
    set(
        "varde-organisation-kind",
        "VardeOrganisationKinds",
        "Organisasjonstyper",
        "Kinds of organisation",
        &[all(ORGANISATION_KIND)],
    ),
];

/// Our own value sets.
#[must_use]
pub fn value_sets() -> &'static [ValueSet] {
    &VALUE_SETS
}

/// One of ours, by its id.
#[must_use]
pub fn value_set(id: &str) -> Option<&'static ValueSet> {
    VALUE_SETS.iter().find(|set| set.id == id)
}

impl ValueSet {
    /// The canonical URL.
    #[must_use]
    pub fn url(&self) -> String {
        canonical::of("ValueSet", self.id)
    }

    /// Its codes, in order.
    pub fn codes(&self) -> impl Iterator<Item = Coded> {
        self.includes.iter().flat_map(|include| include.known().map(|code| Coded { system: include.system, code }))
    }

    /// Whether a coding is in it.
    #[must_use]
    pub fn contains(&self, system: &str, code: &str) -> bool {
        self.includes.iter().any(|include| include.system == system && include.known().any(|known| known == code))
    }
}

impl Include {
    fn known(&self) -> impl Iterator<Item = &'static str> + use<> {
        let whole = if self.codes.is_empty() { code_system(self.system) } else { None };
        let concepts = whole.map_or(&[][..], |system| system.concepts);
        self.codes.iter().copied().chain(concepts.iter().map(|concept| concept.code))
    }
}

/// **The codes of a value set** by its canonical URL (with or without `|version`): ours, and R4's that can be listed; `None` when
/// it is not known here.
#[must_use]
pub fn codes(url: &str) -> Option<Vec<Coded>> {
    let (url, version) = canonical::parted(url);
    if let Some(set) = canonical::id_of(url, "ValueSet").and_then(value_set) {
        return version.is_none_or(|version| version == canonical::VERSION).then(|| set.codes().collect());
    }
    let set = table::code_set(url).filter(|_| version.is_none_or(|version| version == "4.0.1"))?;
    Some(of_r4(set).collect())
}

/// The codes of one of R4's value sets, by system.
pub fn of_r4(set: &'static CodeSet) -> impl Iterator<Item = Coded> {
    set.systems.iter().flat_map(|(system, codes)| codes.iter().map(|code| Coded { system, code }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_set_has_codes_that_its_systems_know() {
        let ids: BTreeSet<&str> = value_sets().iter().map(|set| set.id).collect();
        assert_eq!(ids.len(), value_sets().len());
        for set in value_sets() {
            assert!(set.codes().next().is_some(), "{}", set.id);
            for Coded { system, code } in set.codes() {
                assert!(code_system(system).and_then(|system| system.concept(code)).is_some(), "{} {code}", set.id);
                assert!(set.contains(system, code));
            }
        }
        assert!(!value_set("varde-appointed-role").unwrap().contains(role::URL, "6"));
        assert!(!value_set(TEAM_ROLE).unwrap().contains("urn:x", "18"));
    }

    #[test]
    fn codes_by_url() {
        let some = |url: &str| codes(url).map(|codes| codes.len());
        assert_eq!(some("https://varde.no/fhir/ValueSet/varde-appointed-role"), Some(3));
        assert_eq!(some(&format!("https://varde.no/fhir/ValueSet/varde-team-role|{}", canonical::VERSION)), Some(25));
        assert_eq!(some("https://varde.no/fhir/ValueSet/varde-team-role|0.0.1"), None);
        assert_eq!(some("http://hl7.org/fhir/ValueSet/administrative-gender"), Some(4));
        assert_eq!(some("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1"), Some(4));
        assert_eq!(some("http://hl7.org/fhir/ValueSet/administrative-gender|5.0.0"), None);
        assert_eq!(some("http://example.org/ValueSet/x"), None);
    }
}
