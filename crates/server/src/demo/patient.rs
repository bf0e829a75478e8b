//! Loads the made-up patient, "Testine Prøvedatter", who lives in Bergen.

use super::cast::{EPJ, HELSE_BERGEN, KOMMUNE, PATIENT, identifier, organisation};
use super::directory::{create_unless, transact};
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::json;
use varde_fhir::identifier::FNR;

/// Creates the patient by national number, unless there. The number stands in the body alone, also in `ifNoneExist`.
pub(super) fn load(stage: &mut Stage) -> Result<(), Misstep> {
    stage.teller.chapter("The patient: Testine Prøvedatter (synthetic), who lives in Bergen")?;
    let resource = json!({
        "resourceType": "Patient",
        "identifier": [identifier(FNR, PATIENT)],
        "active": true,
        "name": [{ "use": "official", "family": "Prøvedatter", "given": ["Testine"] }],
        "gender": "female",
        "birthDate": "1948-05-07",
        "address": [{
            "use": "home",
            "type": "physical",
            "line": ["Eksempelveien 1"],
            "city": "Bergen",
            "_district": { "extension": [{
                "url": "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode",
                "valueCoding": { "system": KOMMUNE, "code": "4601", "display": "Bergen" },
            }] },
            "district": "Bergen",
            "postalCode": "5003",
            "country": "NO",
        }],
        "managingOrganization": organisation(HELSE_BERGEN),
    });
    transact(stage, EPJ, &[create_unless(&resource, FNR, PATIENT)])
}
