//! The codes Varde speaks: the Volven code systems it needs and its own, each with a Norwegian and an English display
//! <https://hl7.org/fhir/R4/codesystem.html>. Volven is the authority for its systems; here they are fragments.

mod document;
mod local;
mod profession;
mod role;
mod system;
mod systems;
pub mod value_set;

pub use local::{
    BARNEKOORDINATOR, BARNEVERNTJENESTE, CONSENT_CATEGORY, CRITERIA, KE_CONTACT, ORGANISATION_KIND, SERVICE_TYPE,
    TASK_CODE, VARDE_ROLE,
};
pub use system::{CodeSystem, Concept};
pub use systems::{code_system, code_systems};
pub use value_set::{Coded, ValueSet, codes, value_set, value_sets};

use crate::Language;
use serde_json::{Value, json};

/// Volven 9034: functions of health personnel (the roles of a team).
pub const ROLE: &str = role::URL;
/// Volven 9060: professions.
pub const PROFESSION: &str = profession::URL;
/// Volven 9602: document types.
pub const DOCUMENT: &str = document::URL;
/// 9034#18 koordinator (spesialisthelsetjenesteloven §2-5a).
pub const KOORDINATOR: &str = "18";
/// 9034#19 kontaktlege (spesialisthelsetjenesteloven §2-5c).
pub const KONTAKTLEGE: &str = "19";
/// 9034#20 kontaktpsykolog (spesialisthelsetjenesteloven §2-5c).
pub const KONTAKTPSYKOLOG: &str = "20";
/// 9060#LE physician.
pub const PHYSICIAN: &str = "LE";
/// 9060#PS psychologist.
pub const PSYCHOLOGIST: &str = "PS";
/// 9602#A02-2 individuell plan.
pub const INDIVIDUELL_PLAN: &str = "A02-2";
/// 9602#B02-2 journal note.
pub const JOURNAL_NOTE: &str = "B02-2";
/// 9602#I02-2 letter.
pub const LETTER: &str = "I02-2";

/// Parental responsibility as Folkeregisteret has it (felles, mor, far, medmor, andre, ukjent).
pub const PARENTAL_RESPONSIBILITY: &str = "http://hl7.no/fhir/CodeSystem/no-basis-parental-responsibility";
/// Kinds of guardianship (vergemål), on `RelatedPerson.relationship`.
pub const GUARDIAN_TYPE: &str = "http://ehelse.no/fhir/CodeSystem/gd-person-guardiantype";
/// The scope of a guardianship.
pub const GUARDIAN_SCOPE: &str = "http://ehelse.no/fhir/CodeSystem/gd-person-guardianscope";
/// The extension that carries a guardianship on `RelatedPerson` or its `relationship` (parts `scope`, `personalScope`).
pub const GUARDIANSHIP: &str = "http://ehelse.no/fhir/StructureDefinition/gd-guardianship";

/// What a code is called; `None` when system or code is unknown here.
#[must_use]
pub fn display(system: &str, code: &str, language: Language) -> Option<&'static str> {
    code_system(system)?.concept(code).map(|concept| concept.display(language))
}

/// A `Coding` with its display, where known.
#[must_use]
pub fn coding(system: &str, code: &str, language: Language) -> Value {
    match display(system, code, language) {
        Some(display) => json!({ "system": system, "code": code, "display": display }),
        None => json!({ "system": system, "code": code }),
    }
}

/// A `CodeableConcept` with one coding.
#[must_use]
pub fn concept(system: &str, code: &str, language: Language) -> Value {
    let mut concept = json!({ "coding": [coding(system, code, language)] });
    if let (Some(display), Some(object)) = (display(system, code, language), concept.as_object_mut()) {
        object.insert("text".to_owned(), Value::from(display));
    }
    concept
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn displays() {
        let nb = |system, code| display(system, code, Language::Norwegian);
        let en = |system, code| display(system, code, Language::English);
        assert_eq!(nb(ROLE, KOORDINATOR), Some("Koordinator (spesialisthelsetjenesteloven)"));
        assert_eq!(en(ROLE, KONTAKTLEGE), Some("Contact physician"));
        assert_eq!(nb(PROFESSION, PHYSICIAN), Some("Lege"));
        assert_eq!(nb(PROFESSION, "KE"), Some("Klinisk ernæringsfysiolog"));
        assert_eq!(en(DOCUMENT, INDIVIDUELL_PLAN), Some("Individual plan"));
        assert_eq!(nb(VARDE_ROLE, BARNEKOORDINATOR), Some("Barnekoordinator"));
        assert_eq!(nb(CRITERIA, "kompleks"), Some("Komplekse tjenester"));
        assert_eq!(nb(CONSENT_CATEGORY, "individuell-plan"), Some("Samtykke til individuell plan"));
        assert_eq!(nb(TASK_CODE, "need-koordinator"), Some("Behov for koordinator"));
        assert_eq!(nb(SERVICE_TYPE, "koordinerende-enhet"), Some("Koordinerende enhet"));
        assert_eq!((nb(ROLE, "999"), nb("urn:x", "18")), (None, None));
        assert_eq!(coding("urn:x", "1", Language::English), json!({ "system": "urn:x", "code": "1" }));
        assert_eq!(concept(ROLE, "19", Language::Norwegian)["text"], "Kontaktlege");
    }

    #[test]
    fn every_concept_is_whole_and_unique() {
        for system in code_systems() {
            let codes: BTreeSet<&str> = system.concepts.iter().map(|concept| concept.code).collect();
            assert_eq!(codes.len(), system.concepts.len(), "{}", system.url);
            assert!(
                system.concepts.iter().all(|c| !c.code.is_empty() && !c.nb.is_empty() && !c.en.is_empty()),
                "{}",
                system.url
            );
        }
        let urls: BTreeSet<&str> = code_systems().iter().map(|system| system.url).collect();
        assert_eq!(urls.len(), code_systems().len());
        assert_eq!(code_systems().iter().take(3).map(|s| s.concepts.len()).collect::<Vec<_>>(), [22, 36, 63]);
    }
}
