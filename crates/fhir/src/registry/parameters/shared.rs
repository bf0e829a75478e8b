//! The search parameters that R4 defines once for several types: their definitions have ids of their own
//! <https://hl7.org/fhir/R4/searchparameter-registry.html>.

use crate::ResourceType as T;

/// (first part of the definition's id, parameter, served types that share it).
static SHARED: &[(&str, &str, &[T])] = &[
    ("clinical", "code", &[T::ServiceRequest]),
    ("clinical", "date", &[T::CareTeam, T::CarePlan, T::Consent, T::EpisodeOfCare, T::Encounter, T::Flag]),
    (
        "clinical",
        "identifier",
        &[
            T::CareTeam,
            T::CarePlan,
            T::Goal,
            T::ServiceRequest,
            T::Consent,
            T::DocumentReference,
            T::EpisodeOfCare,
            T::Encounter,
        ],
    ),
    (
        "clinical",
        "patient",
        &[
            T::CareTeam,
            T::CarePlan,
            T::Goal,
            T::ServiceRequest,
            T::Consent,
            T::DocumentReference,
            T::EpisodeOfCare,
            T::Encounter,
            T::Flag,
        ],
    ),
    ("clinical", "type", &[T::DocumentReference, T::EpisodeOfCare, T::Encounter]),
    ("clinical", "encounter", &[T::ServiceRequest, T::DocumentReference, T::Flag]),
    ("individual", "address", &[T::Patient, T::RelatedPerson, T::Practitioner]),
    ("individual", "address-city", &[T::Patient, T::RelatedPerson, T::Practitioner]),
    ("individual", "address-country", &[T::Patient, T::RelatedPerson, T::Practitioner]),
    ("individual", "address-postalcode", &[T::Patient, T::RelatedPerson, T::Practitioner]),
    ("individual", "address-state", &[T::Patient, T::RelatedPerson, T::Practitioner]),
    ("individual", "address-use", &[T::Patient, T::RelatedPerson, T::Practitioner]),
    ("individual", "birthdate", &[T::Patient, T::RelatedPerson]),
    ("individual", "email", &[T::Patient, T::RelatedPerson, T::Practitioner, T::PractitionerRole]),
    ("individual", "family", &[T::Patient, T::Practitioner]),
    ("individual", "gender", &[T::Patient, T::RelatedPerson, T::Practitioner]),
    ("individual", "given", &[T::Patient, T::Practitioner]),
    ("individual", "phone", &[T::Patient, T::RelatedPerson, T::Practitioner, T::PractitionerRole]),
    ("individual", "phonetic", &[T::Patient, T::RelatedPerson, T::Practitioner]),
    ("individual", "telecom", &[T::Patient, T::RelatedPerson, T::Practitioner, T::PractitionerRole]),
];

/// The id of the standard's `SearchParameter` for a parameter of a type.
pub(super) fn definition_id(rtype: T, name: &str) -> String {
    let shared = SHARED.iter().find(|(_, code, types)| *code == name && types.contains(&rtype));
    let prefix = match (shared, name.starts_with('_')) {
        (Some((prefix, ..)), _) => prefix,
        (None, true) => "Resource",
        (None, false) => rtype.as_str(),
    };
    format!("{prefix}-{}", name.trim_start_matches('_'))
}
