//! Who is in the story. The organisations are real, with numbers from the public registers; **every person is made up**, with
//! Tenor-style synthetic numbers and names that say so.

use serde_json::{Value, json};
use varde_fhir::identifier::{ENH, FNR, HPR};
use varde_fhir::{Language, terminology};

/// The EPJ of Helse Bergen HF.
pub(super) const EPJ: &str = "epj-helse-bergen";
/// The EPJ of Haraldsplass, which has no part in this patient's care.
pub(super) const OTHER_HOSPITAL: &str = "epj-haraldsplass";
/// The individuell-plan system of Bergen kommune.
pub(super) const MUNICIPALITY: &str = "ip-bergen-kommune";
/// The regional coordinating unit of Helse Vest RHF.
pub(super) const REGION: &str = "rke-helse-vest";

/// Municipalities.
pub(super) const KOMMUNE: &str =
    "https://register.geonorge.no/subregister/sosi-kodelister/kartverket/kommunenummer-alle";
/// What the demo calls its own things.
pub(super) const DEMO: &str = "https://varde.no/fhir/NamingSystem/demo";

pub(super) const HELSE_BERGEN: &str = "983974724";
pub(super) const HAUKELAND: &str = "974557746";
pub(super) const BERGEN_KOMMUNE: &str = "964338531";

/// The patient, "Testine Prøvedatter": sent in bodies, printed nowhere. Another one than in the quick start's curl lines, so that
/// the demo leaves alone what a newcomer posted.
pub(super) const PATIENT: &str = "07854802202";
/// The koordinator, "Koordinella Eksempelsen", a nurse.
pub(super) const KOORDINATOR: &str = "900000118";
/// Another nurse of the same hospital, "Reservina Eksempelsen".
pub(super) const SECOND: &str = "900000126";
/// The unit leader, "Enhetine Ledersen", a physician.
pub(super) const LEADER: &str = "900000101";

/// An `Identifier`.
pub(super) fn identifier(system: &str, value: &str) -> Value {
    json!({ "system": system, "value": value })
}

/// A logical reference: how systems that do not know Varde's ids name things <https://hl7.org/fhir/R4/references.html#logical>.
pub(super) fn named(rtype: &str, system: &str, value: &str) -> Value {
    json!({ "type": rtype, "identifier": identifier(system, value) })
}

/// The patient by national number.
pub(super) fn patient() -> Value {
    named("Patient", FNR, PATIENT)
}

/// An organisation by organisation number.
pub(super) fn organisation(number: &str) -> Value {
    named("Organization", ENH, number)
}

/// A practitioner by HPR number.
pub(super) fn practitioner(hpr: &str) -> Value {
    named("Practitioner", HPR, hpr)
}

/// A coding, with its Norwegian display where the system is known.
pub(super) fn coding(system: &str, code: &str) -> Value {
    terminology::coding(system, code, Language::Norwegian)
}
