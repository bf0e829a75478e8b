//! Consents: what may be coordinated, and who may be told. A documented journal note is evidence enough; no signature file.

use super::call::Call;
use super::cast::{BERGEN_KOMMUNE, DEMO, EPJ, HELSE_BERGEN, MUNICIPALITY, coding, identifier, organisation, patient};
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::{Value, json};
use varde_fhir::terminology::CONSENT_CATEGORY;

/// The patient consents to a koordinator, and to the home municipality being told; returns `Consent/id`.
pub(super) fn to_koordinator(stage: &mut Stage) -> Result<String, Misstep> {
    stage
        .teller
        .chapter("Consent to a koordinator; Bergen kommune may be told (pasient- og brukerrettighetsloven ch. 4)")?;
    let category = coding(CONSENT_CATEGORY, "koordinator");
    let consent = consent(stage, "consent-koordinator", &category, HELSE_BERGEN, BERGEN_KOMMUNE);
    register(stage, EPJ, &consent, "koordinator, shared with Bergen kommune")
}

/// The patient consents to an individuell plan, and to the hospital seeing it (FOR-2022-06-22-1110 §5); returns `Consent/id`.
pub(super) fn to_plan(stage: &mut Stage) -> Result<String, Misstep> {
    stage.teller.chapter("Consent to an individuell plan; Helse Bergen may see it (FOR-2022-06-22-1110 §5)")?;
    let category = coding(CONSENT_CATEGORY, "individuell-plan");
    let consent = consent(stage, "consent-plan", &category, BERGEN_KOMMUNE, HELSE_BERGEN);
    register(stage, MUNICIPALITY, &consent, "individuell-plan, shared with Helse Bergen")
}

fn register(stage: &mut Stage, persona: &'static str, consent: &Value, shown: &str) -> Result<String, Misstep> {
    let call = Call::post(persona, "Consent", consent);
    let answer = stage.play(&call, 201, |answer| format!("{}, active: {shown}", answer.key().unwrap_or_default()))?;
    answer.key()
}

fn consent(stage: &Stage, what: &str, category: &Value, holder: &str, told: &str) -> Value {
    json!({
        "resourceType": "Consent",
        "identifier": [stage.identifier(what)],
        "status": "active",
        "scope": { "coding": [coding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")] },
        "category": [{ "coding": [category] }],
        "patient": patient(),
        "dateTime": stage.now(),
        "performer": [patient()],
        "organization": [organisation(holder)],
        "sourceReference": {
            "type": "DocumentReference",
            "identifier": identifier(DEMO, &format!("{}-{what}-note", stage.run)),
            "display": "Journalnotat om samtykket",
        },
        "policyRule": { "text": "Pasient- og brukerrettighetsloven §4-1" },
        "provision": {
            "type": "permit",
            "period": { "start": stage.day(0), "end": stage.day(365) },
            "actor": [{
                // An information recipient.
                "role": { "coding": [coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP")] },
                "reference": organisation(told),
            }],
        },
    })
}
