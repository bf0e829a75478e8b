//! Plan status: the call that municipal systems and EPJs make. What the caller may not see looks like an unknown patient.

use super::call::{Answer, Call, named_in};
use super::cast::{PATIENT, identifier};
use super::misstep::Misstep;
use super::stage::Stage;
use serde_json::{Value, json};
use varde_fhir::identifier::FNR;

/// What somebody should see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) active_plan: bool,
    pub(super) koordinators: usize,
}

/// Pulls the status as `persona` and holds it against what they should see.
pub(super) fn pull(stage: &mut Stage, persona: &'static str, expected: Expected) -> Result<(), Misstep> {
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueIdentifier": identifier(FNR, PATIENT) },
    ]});
    let answer = stage.play(&Call::post(persona, "CarePlan/$plan-status", &body), 200, essentials)?;
    if answer.parameters("patient").count() != 1 {
        return Err(answer.unexpected("one patient was asked about, and not one is answered"));
    }
    let seen = seen(&answer);
    if seen == expected {
        return Ok(());
    }
    Err(answer.unexpected(&format!("expected {expected:?}, got {seen:?}")))
}

fn seen(answer: &Answer) -> Expected {
    let patient = answer.parameters("patient").next().unwrap_or(&Value::Null);
    let active = named_in(patient, "part", "hasActivePlan").find_map(|part| part.get("valueBoolean")?.as_bool());
    Expected { active_plan: active.unwrap_or_default(), koordinators: named_in(patient, "part", "koordinator").count() }
}

fn essentials(answer: &Answer) -> String {
    let patient = answer.parameters("patient").next().unwrap_or(&Value::Null);
    let mut said = vec![format!("active plan: {}", if seen(answer).active_plan { "yes" } else { "no" })];
    let is_active = |plan: &&Value| part(plan, "status", "/valueCode") == "active";
    for plan in named_in(patient, "part", "plan").filter(is_active) {
        said.push(format!("revision due {}", part(plan, "revisionDue", "/valueDate")));
    }
    let earlier = named_in(patient, "part", "plan").filter(|plan| !is_active(plan)).count();
    if earlier > 0 {
        said.push(format!("{earlier} plan(s) no longer active"));
    }
    for koordinator in named_in(patient, "part", "koordinator") {
        let name = part(koordinator, "name", "/valueString");
        said.push(format!("koordinator {name}, {}", part(koordinator, "phone", "/valueString")));
    }
    if seen(answer).koordinators == 0 {
        said.push("no koordinator".to_owned());
    }
    said.join("; ")
}

fn part<'a>(holder: &'a Value, name: &'a str, pointer: &str) -> &'a str {
    named_in(holder, "part", name).find_map(|part| part.pointer(pointer)?.as_str()).unwrap_or("–")
}
