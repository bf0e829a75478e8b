//! One patient of Helse Bergen for each relation, and one resource of every patient-bound type about them: the probes.

use super::relation::Relation;
use crate::people::{BERGEN, CONSENT, HARALDSPLASS, KOMMUNE, RKE, organisation};
use crate::story::{BERGEN_KOMMUNE, HDS, HELSE_BERGEN, created};
use crate::world::World;
use serde_json::{Value, json};

/// What can be looked for.
pub(super) struct Probes {
    /// Type and id of each, the Patient first.
    pub(super) ids: Vec<(&'static str, String)>,
    /// The Patient's family name: nobody else's.
    pub(super) family: String,
}

impl Probes {
    /// The Patient's id.
    pub(super) fn patient(&self) -> &str {
        &self.ids[0].1
    }
}

/// Writes a patient, the probes, and what makes the relation.
pub(super) fn stage(world: &World, relation: &Relation, viewer: &str) -> Probes {
    let viewer_number = match viewer {
        KOMMUNE => BERGEN_KOMMUNE,
        HARALDSPLASS => HDS,
        RKE => "983658725",
        other => panic!("{other} looks at nothing here"),
    };
    let family = format!("Prøve{}{}", viewer_number, relation.name.replace(' ', ""));
    let mut patient = json!({ "resourceType": "Patient", "name": [{ "family": family }] });
    if relation.protected {
        patient["meta"] = json!({ "security": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R",
        }] });
    }
    let patient = created(world, BERGEN, &patient);
    let subject = json!({ "reference": patient });
    let mut ids = vec![("Patient", id_of(&patient))];
    for body in probes(&subject) {
        let address = created(world, BERGEN, &body);
        let rtype = TYPES.iter().find(|rtype| body["resourceType"] == **rtype).expect("a type of the probes");
        ids.push((rtype, id_of(&address)));
    }
    let focus = ids.iter().find(|(rtype, _)| *rtype == "ServiceRequest").map(|(rtype, id)| format!("{rtype}/{id}"));
    if let Some(resource) = (relation.made_by)(viewer_number, &subject, &focus.expect("a ServiceRequest")) {
        created(world, BERGEN, &resource);
    }
    Probes { ids, family }
}

fn id_of(address: &str) -> String {
    address.split_once('/').expect("Type/id").1.to_owned()
}

const TYPES: [&str; 14] = [
    "CareTeam",
    "CarePlan",
    "Goal",
    "Task",
    "ServiceRequest",
    "Consent",
    "Communication",
    "Appointment",
    "DocumentReference",
    "RelatedPerson",
    "EpisodeOfCare",
    "Encounter",
    "Flag",
    "Provenance",
];

fn probes(patient: &Value) -> Vec<Value> {
    let ours = organisation(HELSE_BERGEN);
    vec![
        json!({ "resourceType": "CareTeam", "status": "proposed", "subject": patient, "managingOrganization": [ours] }),
        json!({ "resourceType": "CarePlan", "status": "draft", "intent": "plan", "subject": patient, "author": ours }),
        json!({ "resourceType": "Goal", "lifecycleStatus": "active", "description": { "text": "Bo hjemme" }, "subject": patient }),
        json!({ "resourceType": "Task", "status": "requested", "intent": "order", "for": patient, "requester": ours, "owner": ours }),
        json!({ "resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": patient }),
        json!({
            "resourceType": "Consent",
            "status": "active",
            "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
            "category": [{ "coding": [{ "system": CONSENT, "code": "kontaktlege" }] }],
            "patient": patient,
            "dateTime": "2026-11-01",
            "performer": [patient],
            "policyRule": { "text": "pasient- og brukerrettighetsloven § 4-1" },
            "sourceAttachment": { "title": "Dokumentert i journal" },
            "provision": { "type": "permit" },
        }),
        json!({ "resourceType": "Communication", "status": "completed", "subject": patient }),
        json!({
            "resourceType": "Appointment",
            "status": "proposed",
            "participant": [{ "actor": patient, "status": "needs-action" }],
        }),
        json!({
            "resourceType": "DocumentReference",
            "status": "current",
            "type": { "coding": [{ "system": crate::people::DOCUMENT, "code": "B02-2" }] },
            "subject": patient,
            "content": [{ "attachment": { "contentType": "text/plain", "data": "SGVp" } }],
        }),
        json!({ "resourceType": "RelatedPerson", "active": true, "patient": patient }),
        json!({ "resourceType": "EpisodeOfCare", "status": "active", "patient": patient }),
        json!({
            "resourceType": "Encounter",
            "status": "planned",
            "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" },
            "subject": patient,
        }),
        json!({ "resourceType": "Flag", "status": "active", "code": { "text": "Trenger tolk" }, "subject": patient }),
        json!({
            "resourceType": "Provenance",
            "target": [patient],
            "recorded": "2026-11-22T15:00:00Z",
            "agent": [{ "who": ours }],
        }),
    ]
}
