//! The Patient compartment: by which references a resource belongs to a patient
//! <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>. R4 leaves Task out; here a Task belongs to whom it is for.

use crate::ResourceType;
use ResourceType as T;

/// The search parameters of a type that name the patient whose compartment it is in; none for a type that is in no compartment.
#[must_use]
pub const fn patient_compartment(rtype: ResourceType) -> &'static [&'static str] {
    match rtype {
        T::CareTeam => &["patient", "participant"],
        T::CarePlan => &["patient", "performer"],
        T::ServiceRequest => &["subject", "performer"],
        T::Communication => &["subject", "sender", "recipient"],
        T::DocumentReference => &["subject", "author"],
        T::Appointment => &["actor"],
        T::Patient => &["link"],
        T::Goal
        | T::Task
        | T::Consent
        | T::RelatedPerson
        | T::EpisodeOfCare
        | T::Encounter
        | T::Flag
        | T::Provenance
        | T::MeasureReport => &["patient"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{search_param, served_types};

    #[test]
    fn every_reference_of_the_compartment_may_point_at_a_patient() {
        for row in served_types() {
            for name in patient_compartment(row.rtype) {
                let param = search_param(row.rtype, name).unwrap_or_else(|| panic!("{}.{name}", row.rtype));
                assert!(param.targets.contains(&T::Patient), "{}.{name}", row.rtype);
            }
            let of_patients = row.patient_element.is_some();
            assert_eq!(!patient_compartment(row.rtype).is_empty(), of_patients, "{}", row.rtype);
        }
    }
}
