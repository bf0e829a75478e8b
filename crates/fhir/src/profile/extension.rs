//! The extensions that Varde defines, and those of no-basis whose value it knows <https://hl7.org/fhir/R4/extensibility.html>.

use super::model::Words;
use crate::ResourceType as T;
use crate::canonical;
use crate::terminology::value_set;

/// An extension of ours.
#[derive(Clone, Copy, Debug)]
pub struct Extension {
    /// The last part of its canonical URL.
    pub id: &'static str,
    /// Computable name.
    pub name: &'static str,
    /// Where it stands: a type or one of its elements.
    pub context: &'static str,
    /// Whether it may stand several times in one element.
    pub repeats: bool,
    /// What its value is.
    pub value: Value,
    /// What it says.
    pub title: Words,
}

/// The value of an extension.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// `valueBoolean`.
    Boolean,
    /// `valueString`.
    String,
    /// `valueDate`.
    Date,
    /// `valueIdentifier`.
    Identifier,
    /// `valueCoding`, from our value set of this id when one is given.
    Coding(Option<&'static str>),
    /// `valueReference` to one of these types.
    Reference(&'static [T]),
}

impl Value {
    /// The FHIR type.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Date => "date",
            Self::Identifier => "Identifier",
            Self::Coding(_) => "Coding",
            Self::Reference(_) => "Reference",
        }
    }

    /// The JSON property.
    #[must_use]
    pub const fn property(self) -> &'static str {
        match self {
            Self::Boolean => "valueBoolean",
            Self::String => "valueString",
            Self::Date => "valueDate",
            Self::Identifier => "valueIdentifier",
            Self::Coding(_) => "valueCoding",
            Self::Reference(_) => "valueReference",
        }
    }
}

impl Extension {
    /// The canonical URL.
    #[must_use]
    pub fn url(&self) -> String {
        canonical::of("StructureDefinition", self.id)
    }
}

const fn row(
    id: &'static str,
    name: &'static str,
    context: &'static str,
    value: Value,
    nb: &'static str,
    en: &'static str,
) -> Extension {
    Extension { id, name, context, repeats: false, value, title: Words { nb, en } }
}

/// An extension that may stand several times.
const fn several(row: Extension) -> Extension {
    Extension { repeats: true, ..row }
}

static EXTENSIONS: [Extension; 8] = [
    row(
        "appointed-by",
        "AppointedBy",
        "CareTeam.participant",
        Value::Reference(&[T::Practitioner, T::PractitionerRole]),
        "Enhetslederen som oppnevnte",
        "The unit leader who appointed",
    ),
    row(
        "appointment-identifier",
        "AppointmentIdentifier",
        "CareTeam.participant",
        Value::Identifier,
        "EPJ-ens egen id for oppnevningen",
        "The EPJ's own id of the appointment",
    ),
    several(row(
        "criteria",
        "Criteria",
        "CareTeam.participant",
        Value::Coding(Some(value_set::CRITERIA_SET)),
        "Kriterium for koordinator",
        "Criterion for a koordinator",
    )),
    row(
        "decision-by-health-personnel",
        "DecisionByHealthPersonnel",
        "Consent",
        Value::Boolean,
        "Helsepersonell har besluttet at pasienten mangler beslutningskompetanse",
        "Health personnel have decided that the patient lacks decision competence",
    ),
    row(
        "end-reason",
        "EndReason",
        "CareTeam.participant",
        Value::String,
        "Hvorfor rollen ble avsluttet",
        "Why the role ended",
    ),
    several(row(
        "municipality",
        "Municipality",
        "HealthcareService",
        Value::Coding(None),
        "Kommunen som tjenesten er til for",
        "The municipality that the service is for",
    )),
    row(
        "patient-informed",
        "PatientInformed",
        "CareTeam.participant",
        Value::Boolean,
        "Om pasienten er informert om oppnevningen",
        "Whether the patient was told of the appointment",
    ),
    row(
        "revision-date",
        "RevisionDate",
        "CarePlan",
        Value::Date,
        "Når planen skal revideres",
        "When the plan is to be revised",
    ),
];

/// Every extension of ours.
#[must_use]
pub fn extensions() -> &'static [Extension] {
    &EXTENSIONS
}

/// The extension with this id.
#[must_use]
pub fn extension(id: &str) -> Option<&'static Extension> {
    EXTENSIONS.iter().find(|extension| extension.id == id)
}
