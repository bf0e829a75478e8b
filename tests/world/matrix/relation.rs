//! What an organisation may have to do with a patient of Helse Bergen, and what that opens (security.md §2): the expectation of
//! the matrix, written by hand from the policy and not from the code.

use crate::people::{CONSENT, organisation};
use crate::story::HELSE_BERGEN;
use serde_json::{Value, json};

/// A relation.
#[derive(Clone, Copy)]
pub(super) struct Relation {
    /// What it is called in messages.
    pub(super) name: &'static str,
    /// What it opens of the probes.
    pub(super) opens: Opens,
    /// Whether the Patient is labelled as of a protected address.
    pub(super) protected: bool,
    /// The resource that makes it: of the viewer's organisation number, the patient's reference and the probe ServiceRequest.
    pub(super) made_by: fn(&str, &Value, &str) -> Option<Value>,
}

/// The types of the probes that are seen.
#[derive(Clone, Copy)]
pub(super) enum Opens {
    /// Everything about the patient.
    All,
    /// These types.
    Only(&'static [&'static str]),
}

impl Opens {
    /// Whether it opens a probe of this type.
    pub(super) fn shows(self, rtype: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(types) => types.contains(&rtype),
        }
    }
}

const NOTHING: Opens = Opens::Only(&[]);

/// All of them.
pub(super) const RELATIONS: [Relation; 12] = [
    of("stranger", NOTHING, |_, _, _| None),
    of("member of the team", Opens::All, |viewer, patient, _| Some(member(viewer, patient, "2026-01-01", None))),
    of("member until yesterday", NOTHING, |viewer, patient, _| {
        Some(member(viewer, patient, "2026-01-01", Some("2026-11-21")))
    }),
    of("member from tomorrow", NOTHING, |viewer, patient, _| Some(member(viewer, patient, "2026-11-24", None))),
    of("consent to a koordinator", Opens::Only(&["CareTeam", "Patient"]), |viewer, patient, _| {
        Some(consent(viewer, patient, "koordinator", "active", "permit"))
    }),
    of("consent to a plan", Opens::Only(&["CarePlan", "Goal", "CareTeam", "Patient"]), |viewer, patient, _| {
        Some(consent(viewer, patient, "individuell-plan", "active", "permit"))
    }),
    of("consent withdrawn", NOTHING, |viewer, patient, _| {
        Some(consent(viewer, patient, "individuell-plan", "inactive", "permit"))
    }),
    of("consent denied", NOTHING, |viewer, patient, _| {
        Some(consent(viewer, patient, "individuell-plan", "active", "deny"))
    }),
    of("owner of an open task", Opens::Only(&["Patient", "ServiceRequest"]), |viewer, patient, focus| {
        Some(task(viewer, patient, focus, "requested"))
    }),
    of("owner of a task that is done", NOTHING, |viewer, patient, focus| {
        Some(task(viewer, patient, focus, "completed"))
    }),
    of("responsible for the plan", Opens::All, |viewer, patient, _| Some(plan(viewer, patient))),
    Relation {
        protected: true,
        ..of("member for a protected patient", NOTHING, |viewer, patient, _| {
            Some(member(viewer, patient, "2026-01-01", None))
        })
    },
];

const fn of(name: &'static str, opens: Opens, made_by: fn(&str, &Value, &str) -> Option<Value>) -> Relation {
    Relation { name, opens, protected: false, made_by }
}

fn member(viewer: &str, patient: &Value, start: &str, end: Option<&str>) -> Value {
    let mut period = json!({ "start": start });
    if let Some(end) = end {
        period["end"] = json!(end);
    }
    json!({
        "resourceType": "CareTeam",
        "status": "active",
        "subject": patient,
        "participant": [{
            "member": { "type": "Organization", "identifier": organisation(viewer)["identifier"] },
            "onBehalfOf": organisation(viewer),
            "period": period,
        }],
        "managingOrganization": [organisation(HELSE_BERGEN)],
    })
}

fn consent(viewer: &str, patient: &Value, category: &str, status: &str, kind: &str) -> Value {
    json!({
        "resourceType": "Consent",
        "status": status,
        "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
        "category": [{ "coding": [{ "system": CONSENT, "code": category }] }],
        "patient": patient,
        "dateTime": "2026-11-01",
        "performer": [patient],
        "policyRule": { "text": "pasient- og brukerrettighetsloven § 4-1" },
        "sourceAttachment": { "title": "Dokumentert i journal" },
        "provision": {
            "type": kind,
            "actor": [{
                "role": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP" }] },
                "reference": organisation(viewer),
            }],
        },
    })
}

fn task(viewer: &str, patient: &Value, focus: &str, status: &str) -> Value {
    json!({
        "resourceType": "Task",
        "status": status,
        "intent": "order",
        "for": patient,
        "focus": { "reference": focus },
        "requester": organisation(HELSE_BERGEN),
        "owner": organisation(viewer),
    })
}

fn plan(viewer: &str, patient: &Value) -> Value {
    let mut plan = crate::people::plan("");
    plan["subject"] = patient.clone();
    plan["author"] = organisation(viewer);
    plan
}
