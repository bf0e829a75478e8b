//! The need (guideline 5.1c): whoever finds it sends a Task to the unit leader, with the criteria.

use super::call::Call;
use super::cast::{EPJ, HELSE_BERGEN, LEADER, coding, organisation, patient, practitioner};
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::json;
use varde_fhir::terminology::{CRITERIA, TASK_CODE};

/// Reports the need; returns `Task/id`.
pub(super) fn report(stage: &mut Stage) -> Result<String, Misstep> {
    stage.teller.chapter("Need: a koordinator is needed; the unit leader is told, with the criteria (spesialisthelsetjenesteloven §2-5a)")?;
    let task = json!({
        "resourceType": "Task",
        "identifier": [stage.identifier("need")],
        "status": "requested",
        "intent": "order",
        "priority": "routine",
        "code": { "coding": [coding(TASK_CODE, "need-koordinator")] },
        "description": "Behov for koordinator: flere enheter, langvarig forløp, behov for koordinerte tjenester",
        "for": patient(),
        "authoredOn": stage.now(),
        "requester": organisation(HELSE_BERGEN),
        "owner": practitioner(LEADER),
        "reasonCode": { "coding": [
            coding(CRITERIA, "kompleks"),
            coding(CRITERIA, "langvarig"),
            coding(CRITERIA, "koordinert"),
        ] },
    });
    let answer = stage.play(&Call::post(EPJ, "Task", &task), 201, |answer| {
        format!("{}, requested; criteria: kompleks, langvarig, koordinert", answer.key().unwrap_or_default())
    })?;
    answer.key()
}
