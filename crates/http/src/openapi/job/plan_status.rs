//! `CarePlan/$plan-status`.

use super::words::{answered, asked, given, one_of, only, open, text, to, told};
use crate::openapi::primitive::DATE_TIME;
use serde_json::{Value, json};

/// The schemas by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let parts = [
        ("identifier", "PlanStatusIdentifier"),
        ("hasActivePlan", "PlanStatusHasActivePlan"),
        ("plan", "PlanStatusPlan"),
        ("koordinator", "PlanStatusKoordinator"),
        ("addressProtection", "PlanStatusAddressProtection"),
    ];
    let hidden = "The answer for one patient. What you may not see looks like an unknown patient: `hasActivePlan` false and \
                  nothing more.";
    let protection = json!({ "type": "string", "enum": ["protected"] });
    let mut all = vec![
        ("PlanStatusRequest", asked("The patients to ask for.", &to("PlanStatusPatient"), 1, Some(100))),
        (
            "PlanStatusPatient",
            given("patient", "valueIdentifier", to("PersonIdentifier"), "1..100. A patient to ask for."),
        ),
        (
            "PlanStatusResponse",
            answered("One `patient` for each that was asked for, in the same order.", &to("PlanStatus")),
        ),
        ("PlanStatus", group("patient", hidden, &parts)),
        (
            "PlanStatusIdentifier",
            told("identifier", "valueIdentifier", to("PersonIdentifier"), "The identifier that was asked for."),
        ),
        (
            "PlanStatusHasActivePlan",
            told(
                "hasActivePlan",
                "valueBoolean",
                json!({ "type": "boolean" }),
                "Whether there is an active individual plan that you may see.",
            ),
        ),
        (
            "PlanStatusAddressProtection",
            told("addressProtection", "valueCode", protection, "Address protection, when you may see it."),
        ),
    ];
    all.extend(plan());
    all.extend(koordinator());
    all
}

fn plan() -> Vec<(&'static str, Value)> {
    let parts = [
        ("reference", "PlanReference"),
        ("status", "PlanCode"),
        ("responsible", "PlanResponsible"),
        ("lastChanged", "PlanLastChanged"),
        ("revisionDue", "PlanRevisionDue"),
    ];
    let statuses = ["draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"];
    let instant = json!({ "type": "string", "format": "date-time" });
    let date = json!({ "type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$" });
    let organisation = "The organisation responsible for the plan.";
    vec![
        ("PlanStatusPlan", group("plan", "The plan, when there is one.", &parts)),
        ("PlanReference", told("reference", "valueReference", reference("The CarePlan."), "The plan.")),
        ("PlanCode", told("status", "valueCode", json!({ "type": "string", "enum": statuses }), "Its status.")),
        ("PlanResponsible", told("responsible", "valueReference", reference("The organisation."), organisation)),
        ("PlanLastChanged", told("lastChanged", "valueInstant", instant, "When the plan was last changed.")),
        ("PlanRevisionDue", told("revisionDue", "valueDate", date, "When the plan is to be revised.")),
    ]
}

fn koordinator() -> Vec<(&'static str, Value)> {
    let parts = [
        ("role", "KoordinatorRole"),
        ("name", "KoordinatorName"),
        ("title", "KoordinatorTitle"),
        ("phone", "KoordinatorPhone"),
        ("organization", "KoordinatorOrganization"),
        ("since", "KoordinatorSince"),
    ];
    let coding = [("system", text("Code system.")), ("code", text("Code.")), ("display", text("Text for people."))];
    let since = json!({ "type": "string", "pattern": DATE_TIME });
    let string = || json!({ "type": "string" });
    vec![
        (
            "PlanStatusKoordinator",
            group("koordinator", "Who coordinates and how they are reached; one for each.", &parts),
        ),
        ("KoordinatorRole", told("role", "valueCoding", open("Volven 9034.", &coding, &["code"]), "The role held.")),
        ("KoordinatorName", told("name", "valueString", string(), "Name.")),
        ("KoordinatorTitle", told("title", "valueString", string(), "Title.")),
        ("KoordinatorPhone", told("phone", "valueString", string(), "Telephone.")),
        (
            "KoordinatorOrganization",
            told("organization", "valueReference", reference("The unit."), "The unit the person acts for."),
        ),
        ("KoordinatorSince", told("since", "valueDateTime", since, "Since when.")),
    ]
}

/// A parameter or part made of parts.
fn group(name: &str, words: &str, parts: &[(&str, &str)]) -> Value {
    let parts = json!({ "type": "array", "items": one_of(parts) });
    open(words, &[("name", only(name)), ("part", parts)], &["name", "part"])
}

fn reference(words: &str) -> Value {
    let identifier = open("Business identifier.", &[("system", text("Namespace.")), ("value", text("Value."))], &[]);
    let properties = [
        ("reference", text("`Type/id`.")),
        ("type", text("The type.")),
        ("identifier", identifier),
        ("display", text("Text for people.")),
    ];
    open(words, &properties, &[])
}
