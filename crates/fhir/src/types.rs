//! The resource types Varde knows, by group (`api.md` §1); FHIR R4 <https://hl7.org/fhir/R4/resourcelist.html>.

use std::fmt;
use std::str::FromStr;

macro_rules! resource_types {
    ($($name:ident),+ $(,)?) => {
        /// A FHIR R4 resource type that Varde serves, exchanges or describes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the variants are the names of FHIR resource types")]
        pub enum ResourceType { $($name),+ }

        impl ResourceType {
            /// Every type, in the order of `api.md` §1.
            pub const ALL: &'static [ResourceType] = &[$(ResourceType::$name),+];

            /// The FHIR name, e.g. `CareTeam`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(ResourceType::$name => stringify!($name)),+ }
            }
        }

        impl FromStr for ResourceType {
            type Err = UnknownType;
            fn from_str(name: &str) -> Result<Self, UnknownType> {
                match name { $(stringify!($name) => Ok(ResourceType::$name),)+ _ => Err(UnknownType) }
            }
        }
    };
}

resource_types! {
    CareTeam, CarePlan, Goal, Task, ServiceRequest, Consent, Communication, Appointment, DocumentReference,
    Patient, RelatedPerson, EpisodeOfCare, Encounter, Flag,
    Organization, HealthcareService, Practitioner, PractitionerRole, Location, Endpoint,
    Provenance, AuditEvent, MeasureReport,
    Subscription,
    CapabilityStatement, StructureDefinition, SearchParameter, OperationDefinition, CodeSystem, ValueSet, NamingSystem, Measure,
    Bundle, Parameters, OperationOutcome,
}

/// A name that is not a [`ResourceType`] known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownType;

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
