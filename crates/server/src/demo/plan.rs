//! The individuell plan: registered and led by the municipality, and closed in the end.

use super::call::{Answer, Call};
use super::cast::{BERGEN_KOMMUNE, MUNICIPALITY, coding, organisation, patient};
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::json;
use varde_fhir::terminology::{DOCUMENT, INDIVIDUELL_PLAN};

/// The municipality registers the plan; returns `CarePlan/id`.
pub(super) fn register(stage: &mut Stage) -> Result<String, Misstep> {
    stage.teller.chapter("Bergen kommune registers the individuell plan (helse- og omsorgstjenesteloven §7-1)")?;
    let plan = json!({
        "resourceType": "CarePlan",
        "extension": [{
            "url": "https://varde.no/fhir/StructureDefinition/revision-date",
            "valueDate": stage.day(180),
        }],
        "identifier": [stage.identifier("plan")],
        "status": "active",
        "intent": "plan",
        "category": [{ "coding": [coding(DOCUMENT, INDIVIDUELL_PLAN)] }],
        "title": "Individuell plan",
        "subject": patient(),
        "period": { "start": stage.day(0), "end": stage.day(365) },
        "created": stage.now(),
        "author": organisation(BERGEN_KOMMUNE),
        "activity": [{ "detail": {
            "status": "scheduled",
            "description": "Ukentlig samtale med koordinator i kommunen",
        } }],
    });
    let answer = stage.play(&Call::post(MUNICIPALITY, "CarePlan", &plan), 201, |answer| {
        format!(
            "{}, active, revision due {}",
            answer.key().unwrap_or_default(),
            answer.text("/extension/0/valueDate").unwrap_or_default()
        )
    })?;
    answer.key()
}

/// A second active plan for the same person is refused, whoever sends it.
pub(super) fn refuse_second(stage: &mut Stage) -> Result<(), Misstep> {
    stage.teller.chapter("A second individuell plan for the same person is refused (rule one-ip)")?;
    let plan = json!({
        "resourceType": "CarePlan",
        "identifier": [stage.identifier("second-plan")],
        "status": "active",
        "intent": "plan",
        "category": [{ "coding": [coding(DOCUMENT, INDIVIDUELL_PLAN)] }],
        "subject": patient(),
        "period": { "start": stage.day(0) },
        "author": organisation(BERGEN_KOMMUNE),
    });
    let answer = stage.play(&Call::post(MUNICIPALITY, "CarePlan", &plan), 422, Answer::outcome)?;
    if answer.codes().contains(&"one-ip") {
        Ok(())
    } else {
        Err(answer.unexpected("refused, but not by the rule one-ip"))
    }
}

/// The municipality closes the plan.
pub(super) fn complete(stage: &mut Stage, plan: &str) -> Result<(), Misstep> {
    stage.teller.chapter("Bergen kommune closes the individuell plan")?;
    let read = stage.send(&Call::get(MUNICIPALITY, plan))?.expect(200)?;
    let Some(version) = read.etag.clone() else { return Err(read.unexpected("no ETag")) };
    let mut body = read.body;
    if let Some(object) = body.as_object_mut() {
        object.insert("status".to_owned(), json!("completed"));
    }
    stage.play(&Call::put(MUNICIPALITY, plan, &body, &version), 200, |_| format!("{plan}, completed"))?;
    Ok(())
}
