//! `CareTeam/$appoint` and `CareTeam/{id}/$end-appointment`.

use super::words::{answered, asked, closed, given, literal, one_of, only, tagged, to, told};
use crate::openapi::primitive::DATE_TIME;
use serde_json::{Value, json};

const RETURNED: &[(&str, &str)] = &[
    ("return", "ReturnedCareTeam"),
    ("journalNote", "ReturnedJournalNote"),
    ("communication", "ReturnedCommunication"),
    ("task", "ReturnedTask"),
    ("outcome", "ReturnedOutcome"),
];

/// The schemas by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let request = one_of(&[
        ("identifier", "AppointIdentifier"),
        ("role", "AppointRole"),
        ("patient", "AppointPatient"),
        ("member", "AppointMember"),
        ("unit", "AppointUnit"),
        ("period", "AppointPeriod"),
        ("consent", "AppointConsent"),
        ("appointedBy", "AppointAppointedBy"),
        ("patientInformed", "AppointPatientInformed"),
        ("criteria", "AppointCriteria"),
        ("basedOn", "AppointBasedOn"),
        ("replaces", "AppointReplaces"),
    ]);
    let mut all = vec![
        (
            "AppointRequest",
            asked("An appointment (oppnevning). `role`, `patient`, `member`, `unit` must be there.", &request, 4, None),
        ),
        ("AppointResponse", answered("What was stored: all of it or nothing.", &one_of(RETURNED))),
    ];
    all.extend(required());
    all.extend(optional());
    all.extend(end());
    all.extend(returned());
    all
}

fn required() -> Vec<(&'static str, Value)> {
    let member = "1..1. Who gets the role: a reference to somebody the server knows, or a Practitioner or PractitionerRole \
                  with HPR number, name, title and telephone.";
    let resource =
        tagged("resourceType", &[("Practitioner", "Practitioner"), ("PractitionerRole", "PractitionerRole")]);
    vec![
        ("AppointRole", given("role", "valueCoding", to("RoleCoding"), "1..1. The role to appoint to.")),
        ("AppointPatient", given("patient", "valueReference", to("PatientReference"), "1..1. The patient.")),
        ("AppointMember", either("member", to("HealthPersonnelReference"), resource, member)),
        ("AppointUnit", given("unit", "valueReference", to("UnitReference"), "1..1. The unit the member acts for.")),
    ]
}

fn optional() -> Vec<(&'static str, Value)> {
    let consent = "0..1. The consent of category `koordinator`: a reference, or the Consent itself, stored with the \
                   appointment. Role 18 needs one; a note in the journal is evidence enough (`sourceAttachment`).";
    let consent_ref = literal("A Consent on this server.", "Consent");
    let identifier =
        "0..1. Your business identifier of the appointment: the same again gives the same answer and nothing new.";
    let need = literal("A Task on this server.", "Task");
    let uri = json!({ "type": "string", "description": "Your namespace, as URI.", "minLength": 1 });
    let number = json!({ "type": "string", "description": "Your number.", "minLength": 1 });
    let own = closed("Your own identifier.", &[("system", uri), ("value", number)], &["system", "value"]);
    let moment = |words: &str| json!({ "type": "string", "description": words, "pattern": DATE_TIME });
    let period =
        [("start", moment("First moment; now when left out.")), ("end", moment("Last moment, when it is known."))];
    let by = to("HealthPersonnelReference");
    vec![
        ("AppointIdentifier", given("identifier", "valueIdentifier", own, identifier)),
        (
            "AppointPeriod",
            given(
                "period",
                "valuePeriod",
                closed("When the role is held.", &period, &[]),
                "0..1. From now on when left out.",
            ),
        ),
        ("AppointConsent", either("consent", consent_ref, to("Consent"), consent)),
        ("AppointAppointedBy", given("appointedBy", "valueReference", by.clone(), "0..1. The leader who appoints.")),
        (
            "AppointPatientInformed",
            given(
                "patientInformed",
                "valueBoolean",
                json!({ "type": "boolean" }),
                "0..1. Whether the patient was told who and what; false when left out.",
            ),
        ),
        (
            "AppointCriteria",
            given("criteria", "valueCoding", to("CriterionCoding"), "0..*. The criteria that are met."),
        ),
        (
            "AppointBasedOn",
            given("basedOn", "valueReference", need, "0..1. The need it meets; that Task is completed with it."),
        ),
        (
            "AppointReplaces",
            given("replaces", "valueReference", by, "0..1. The member whose role ends when this one starts."),
        ),
    ]
}

fn end() -> Vec<(&'static str, Value)> {
    let request = one_of(&[("role", "EndRole"), ("member", "EndMember"), ("end", "EndEnd"), ("reason", "EndReason")]);
    let moment = json!({ "type": "string", "pattern": DATE_TIME });
    let reason = json!({ "type": "string", "minLength": 1 });
    vec![
        (
            "EndAppointmentRequest",
            asked("The end of an appointment. `role`, `member`, `reason` must be there.", &request, 3, None),
        ),
        ("EndAppointmentResponse", answered("The team and the journal note.", &one_of(RETURNED))),
        ("EndRole", given("role", "valueCoding", to("RoleCoding"), "1..1. The role that ends.")),
        ("EndMember", given("member", "valueReference", to("HealthPersonnelReference"), "1..1. Who holds it.")),
        ("EndEnd", given("end", "valueDateTime", moment, "0..1. When it ends; now when left out.")),
        ("EndReason", given("reason", "valueString", reason, "1..1. Why, for the journal note.")),
    ]
}

fn returned() -> Vec<(&'static str, Value)> {
    let resource = |name: &str, rtype: &str, words: &str| told(name, "resource", to(rtype), words);
    let note = "1..1. Note for the journal (9602 B02-2): name, title, telephone, whether the patient is informed.";
    let task = "0..*. Notification to the coordinating unit of the home municipality; the need that was completed.";
    vec![
        ("ReturnedCareTeam", resource("return", "CareTeam", "1..1. The team as it now is.")),
        ("ReturnedJournalNote", resource("journalNote", "DocumentReference", note)),
        (
            "ReturnedCommunication",
            resource("communication", "Communication", "0..*. Information to the patient, next of kin or guardian."),
        ),
        ("ReturnedTask", resource("task", "Task", task)),
        ("ReturnedOutcome", resource("outcome", "OperationOutcome", "0..1. Warnings.")),
    ]
}

/// A parameter that is a reference or a resource.
fn either(name: &str, reference: Value, resource: Value, words: &str) -> Value {
    let properties = [("name", only(name)), ("valueReference", reference), ("resource", resource)];
    let mut parameter = closed(words, &properties, &["name"]);
    if let Some(parameter) = parameter.as_object_mut() {
        parameter.insert("minProperties".to_owned(), json!(2));
        parameter.insert("maxProperties".to_owned(), json!(2));
    }
    parameter
}
