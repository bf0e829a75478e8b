//! Codes, references, contained resources, invariants, bundles and parameters.

use crate::check::{check, fixture, issues, patient, team, with};
use serde_json::{Value, json};
use varde_fhir::{IssueCode, ResourceType};

#[test]
fn required_codes() {
    check(team(json!({ "status": "Active" })), &["code-invalid CareTeam.status"]);
    check(patient(json!({ "gender": "kvinne" })), &["code-invalid Patient.gender"]);
    check(
        patient(json!({ "telecom": [{ "system": "tlf", "value": "1" }] })),
        &["code-invalid Patient.telecom[0].system"],
    );
    check(
        team(json!({ "extension": [{ "url": "u", "valueMoney": { "value": 1.50, "currency": "kr" } }] })),
        &["code-invalid CareTeam.extension[0].value.currency"],
    );
    let report = |notation: Value| {
        json!({ "resourceType": "MeasureReport", "status": "complete", "type": "summary", "measure": "http://x/m",
                "period": { "start": "2026" }, "improvementNotation": notation })
    };
    let system = "http://terminology.hl7.org/CodeSystem/measure-improvement-notation";
    check(report(json!({ "coding": [{ "code": "x" }, { "system": system, "code": "decrease" }] })), &[]);
    check(
        report(json!({ "coding": [{ "system": "http://x", "code": "decrease" }] })),
        &["code-invalid MeasureReport.improvementNotation"],
    );
    check(report(json!({ "text": "up" })), &["code-invalid MeasureReport.improvementNotation"]);
    let issue = issues(&team(json!({ "status": "15825512869" }))).remove(0);
    assert_eq!(issue.code, IssueCode::CodeInvalid);
    assert!(issue.en.contains("active, entered-in-error") && !issue.en.contains("158") && !issue.nb.contains("158"));
}

#[test]
fn references() {
    let subject = |reference: Value| team(json!({ "subject": reference }));
    for good in [
        json!({ "reference": "Patient/1" }),
        json!({ "reference": "Patient/1/_history/2" }),
        json!({ "reference": "https://example.org/fhir/Patient/1" }),
        json!({ "reference": "https://example.org/fhir/Patient/1/_history/3" }),
        json!({ "reference": "https://example.org/something/else" }),
        json!({ "reference": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520" }),
        json!({ "reference": "Patient?identifier=http://x|1" }),
        json!({ "type": "Patient", "identifier": { "system": "u", "value": "1" } }),
        json!({ "type": "http://hl7.org/fhir/StructureDefinition/Patient", "reference": "Patient/1" }),
        json!({ "display": "Syntetisk" }),
        json!({ "_reference": { "extension": [{ "url": "u", "valueCode": "masked" }] } }),
    ] {
        check(subject(good), &[]);
    }
    for (bad, expected) in [
        (json!({ "reference": "Organization/1" }), "reference-target CareTeam.subject"),
        (json!({ "reference": "https://example.org/fhir/Organization/1" }), "reference-target CareTeam.subject"),
        (json!({ "reference": "Organization?name=x" }), "reference-target CareTeam.subject"),
        (json!({ "type": "Practitioner", "identifier": { "value": "1" } }), "reference-target CareTeam.subject"),
        (json!({ "type": "Group", "reference": "Patient/1" }), "reference-target CareTeam.subject.type"),
        (json!({ "type": "Pasient", "display": "x" }), "code-invalid CareTeam.subject.type"),
        (json!({ "reference": "Pasient/1" }), "invalid-format CareTeam.subject.reference"),
        (json!({ "reference": "Patient" }), "invalid-format CareTeam.subject.reference"),
        (json!({ "reference": "Patient/" }), "invalid-format CareTeam.subject.reference"),
        (json!({ "reference": "/Patient/1" }), "invalid-format CareTeam.subject.reference"),
        (json!({ "reference": "Patient/1/x" }), "invalid-format CareTeam.subject.reference"),
        (json!({ "reference": "Patient/1/_history/" }), "invalid-format CareTeam.subject.reference"),
        (json!({ "reference": "Patient/a_b" }), "invalid-format CareTeam.subject.reference"),
        (json!({ "reference": "15825512869" }), "invalid-format CareTeam.subject.reference"),
        (json!({ "reference": "#p" }), "ref-1 CareTeam.subject.reference"),
        (json!({ "reference": "#" }), "ref-1 CareTeam.subject.reference"),
        (json!({ "reference": "" }), "empty-value CareTeam.subject.reference"),
        (json!("Patient/1"), "wrong-type CareTeam.subject"),
    ] {
        check(subject(bad), &[expected]);
    }
    check(
        team(
            json!({ "meta": { "profile": ["http://x"] }, "participant": [{ "member": { "reference": "Location/1" } }] }),
        ),
        &["reference-target CareTeam.participant[0].member"],
    );
}

#[test]
fn contained_resources() {
    let inside = |contained: Value, more: Value| team(with(json!({ "contained": contained }), more));
    let member = |id: &str| json!({ "participant": [{ "member": { "reference": id } }] });
    let p1 = json!({ "resourceType": "Practitioner", "id": "p1" });
    check(inside(json!([p1]), member("#p1")), &[]);
    check(inside(json!([p1]), json!({ "subject": { "reference": "#p1" } })), &["reference-target CareTeam.subject"]);
    check(inside(json!([p1]), json!({})), &["dom-3 CareTeam.contained[0]"]);
    check(inside(json!([p1, p1]), member("#p1")), &["duplicate-id CareTeam.contained[1].id"]);
    check(inside(json!([p1]), json!({ "extension": [{ "url": "u", "valueCanonical": "#p1" }] })), &[]);
    let role = json!({ "resourceType": "PractitionerRole", "id": "r1", "practitioner": { "reference": "#p1" } });
    check(inside(json!([p1, role]), member("#r1")), &[]);
    let to_container = json!({ "resourceType": "Goal", "lifecycleStatus": "active", "description": { "text": "x" },
        "subject": { "display": "x" }, "addresses": [{ "reference": "#" }] });
    check(inside(json!([to_container]), json!({})), &[]);
    check(
        inside(json!([{ "resourceType": "Medication", "id": "m" }]), member("#m")),
        &["unsupported-type CareTeam.contained[0].resourceType", "reference-target CareTeam.participant[0].member"],
    );
    check(inside(json!([{ "id": "p1" }]), member("#p1")), &["required-element CareTeam.contained[0].resourceType"]);
    check(inside(json!(["x"]), json!({})), &["wrong-type CareTeam.contained[0]", "dom-3 CareTeam.contained[0]"]);
    check(
        inside(json!([{ "resourceType": "Practitioner", "id": "p1", "namee": [] }]), member("#p1")),
        &["unknown-element CareTeam.contained[0].namee"],
    );
    let nested = json!({ "resourceType": "Practitioner", "id": "p1", "contained": [{ "resourceType": "Goal" }] });
    check(inside(json!([nested]), member("#p1")), &["dom-2 CareTeam.contained[0].contained[0]"]);
    let meta = json!({ "versionId": "1", "security": [{ "code": "N" }] });
    check(
        inside(json!([{ "resourceType": "Practitioner", "id": "p1", "meta": meta }]), member("#p1")),
        &["dom-4 CareTeam.contained[0].meta", "dom-5 CareTeam.contained[0].meta"],
    );
}

#[test]
fn invariants() {
    let ext = |more: Value| team(json!({ "extension": [with(json!({ "url": "u" }), more)] }));
    check(ext(json!({})), &["ext-1 CareTeam.extension[0]"]);
    check(
        ext(json!({ "valueCode": "x", "extension": [{ "url": "v", "valueCode": "y" }] })),
        &["ext-1 CareTeam.extension[0]"],
    );
    check(ext(json!({ "valueCode": "x", "valueString": "y" })), &["too-many CareTeam.extension[0].value"]);
    let period = |start: &str, end: &str| team(json!({ "period": { "start": start, "end": end } }));
    check(period("2026-02", "2026-01-31"), &["per-1 CareTeam.period"]);
    check(period("2026-01-31T10:00:00+01:00", "2026-01-31"), &[]);
    check(json!({ "resourceType": "Organization", "active": true }), &["org-1 Organization"]);
    check(
        json!({ "resourceType": "Organization", "name": "x", "address": [{ "use": "home" }], "telecom": [{ "use": "home" }] }),
        &["org-2 Organization.address", "org-3 Organization.telecom"],
    );
    check(patient(json!({ "contact": [{ "gender": "male" }] })), &["pat-1 Patient.contact[0]"]);
    check(patient(json!({ "photo": [{ "data": "QUJD" }] })), &["att-1 Patient.photo[0].contentType"]);
    check(patient(json!({ "telecom": [{ "value": "1" }] })), &["cpt-2 Patient.telecom[0].system"]);
    let of = |name: &str, value: Value| team(json!({ "extension": [{ "url": "u", (name): value }] }));
    let at = "CareTeam.extension[0].value";
    for (name, value, key) in [
        ("valueQuantity", json!({ "value": 1, "code": "km" }), format!("qty-3 {at}.system")),
        ("valueRange", json!({ "low": { "value": 1.51 }, "high": { "value": 1.50 } }), format!("rng-2 {at}")),
        ("valueRatio", json!({ "numerator": { "value": 1 } }), format!("rat-1 {at}")),
        ("valueAge", json!({ "value": 0, "code": "a", "system": "http://unitsofmeasure.org" }), format!("age-1 {at}")),
        ("valueDuration", json!({ "value": 1, "code": "d", "system": "http://x" }), format!("drt-1 {at}")),
        ("valueTiming", json!({ "repeat": { "duration": 1 } }), format!("tim-1 {at}.repeat.durationUnit")),
        ("valueTiming", json!({ "repeat": { "period": -1, "periodUnit": "d" } }), format!("tim-5 {at}.repeat.period")),
        ("valueTiming", json!({ "repeat": { "offset": 1, "when": ["C"] } }), format!("tim-9 {at}.repeat.offset")),
    ] {
        check(of(name, value), &[&key]);
    }
    let task = json!({ "resourceType": "Task", "status": "draft", "intent": "order", "authoredOn": "2026-02-01", "lastModified": "2026-01-01" });
    check(task, &["inv-1 Task.lastModified"]);
    check(
        with(fixture(ResourceType::Appointment), json!({ "cancelationReason": { "text": "x" } })),
        &["app-4 Appointment.cancelationReason"],
    );
    let mut consent = fixture(ResourceType::Consent);
    consent.as_object_mut().unwrap().retain(|name, _| !name.starts_with("policy"));
    check(consent, &["ppc-1 Consent.policyRule"]);
    let mut plan = fixture(ResourceType::CarePlan);
    plan["activity"][0]["reference"] = json!({ "display": "x" });
    check(plan, &["cpl-3 CarePlan.activity[0]"]);
}

#[test]
fn bundles_and_parameters() {
    let bundle = |kind: &str, entry: Value| json!({ "resourceType": "Bundle", "type": kind, "entry": [entry] });
    let request = json!({ "method": "POST", "url": "Organization" });
    let organization = json!({ "resourceType": "Organization", "name": "x" });
    check(bundle("transaction", json!({ "resource": organization, "request": request })), &[]);
    check(bundle("transaction", json!({ "resource": organization })), &["bdl-3 Bundle.entry"]);
    check(
        bundle("transaction", json!({ "resource": { "resourceType": "Organization", "nam": 1 }, "request": request })),
        &["unknown-element Bundle.entry[0].resource.nam", "org-1 Bundle.entry[0].resource"],
    );
    check(
        bundle(
            "transaction",
            json!({ "resource": { "resourceType": "Condition" }, "request": { "method": "post", "url": "x" } }),
        ),
        &["unsupported-type Bundle.entry[0].resource.resourceType", "code-invalid Bundle.entry[0].request.method"],
    );
    check(bundle("searchset", json!({ "link": [{ "relation": "self", "url": "x" }] })), &["bdl-5 Bundle.entry[0]"]);
    check(
        bundle("collection", json!({ "fullUrl": "http://x/Patient/1/_history/1", "resource": organization })),
        &["bdl-8 Bundle.entry[0].fullUrl"],
    );
    let twice = json!([{ "fullUrl": "http://x", "resource": organization }, { "fullUrl": "http://x", "resource": organization }]);
    check(json!({ "resourceType": "Bundle", "type": "collection", "entry": twice }), &["bdl-7 Bundle.entry"]);
    let own_scope =
        json!({ "resource": { "resourceType": "CareTeam", "subject": { "reference": "#p" } }, "request": request });
    check(bundle("batch", own_scope), &["ref-1 Bundle.entry[0].resource.subject.reference"]);

    let parameters = |parameter: Value| json!({ "resourceType": "Parameters", "parameter": [parameter] });
    check(
        parameters(json!({ "name": "a", "part": [{ "name": "b", "part": [{ "name": "c", "valueDecimal": 1.50 }] }] })),
        &[],
    );
    check(parameters(json!({ "name": "a", "resource": organization })), &[]);
    check(parameters(json!({ "name": "a" })), &["inv-1 Parameters.parameter[0]"]);
    check(
        parameters(json!({ "name": "a", "valueCode": "x", "resource": organization })),
        &["inv-1 Parameters.parameter[0]"],
    );
    check(
        parameters(json!({ "name": "a", "part": [{ "valueFoo": 1 }] })),
        &[
            "unknown-element Parameters.parameter[0].part[0].valueFoo",
            "required-element Parameters.parameter[0].part[0].name",
        ],
    );
    check(parameters(json!({ "name": "a", "valueReference": { "reference": "Medication/1" } })), &[]);
}

#[test]
fn codes_too_many_to_list() {
    let of = |name: &str, value: Value| team(json!({ "extension": [{ "url": "u", (name): value }] }));
    let at = "CareTeam.extension[0].value";
    let quantity = |code: &str| json!({ "value": 1, "system": "http://unitsofmeasure.org", "code": code });
    check(of("valueQuantity", quantity("mm[Hg]")), &[]);
    check(of("valueQuantity", quantity("mm Hg")), &[&format!("code-invalid {at}.code")]);
    check(of("valueQuantity", json!({ "value": 1, "system": "http://x", "code": "mm Hg" })), &[]);
    check(of("valueMoney", json!({ "value": 1, "currency": "NOK" })), &[]);
    check(of("valueMoney", json!({ "value": 1, "currency": "NKR" })), &[&format!("code-invalid {at}.currency")]);
    check(team(json!({ "language": "nn-NO" })), &[]);
    check(team(json!({ "language": "norsk" })), &[]);
    check(team(json!({ "language": "nb_NO" })), &["code-invalid CareTeam.language"]);
    let photo = |contact_type: &str| patient(json!({ "photo": [{ "contentType": contact_type }] }));
    check(photo("image/png"), &[]);
    check(photo("image/png;"), &["code-invalid Patient.photo[0].contentType"]);
}

#[test]
fn invariants_about_contained_members_and_scopes() {
    let member = |rtype: &str, inside: Value| {
        let contained = with(json!({ "resourceType": rtype, "id": "m" }), inside);
        team(json!({ "contained": [contained], "participant": [
            { "member": { "reference": "#m" }, "onBehalfOf": { "display": "x" } }] }))
    };
    check(member("Practitioner", json!({})), &[]);
    check(member("RelatedPerson", json!({ "patient": { "display": "x" } })), &["ctm-1 CareTeam.participant"]);
    let mut consent = fixture(ResourceType::Consent);
    consent["scope"] = json!({ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] });
    check(&consent, &[]);
    consent.as_object_mut().unwrap().shift_remove("patient");
    check(&consent, &["ppc-2 Consent.patient"]);
}

#[test]
fn extensions_that_are_known() {
    let ours = |id: &str, more: Value| {
        let url = format!("https://varde.no/fhir/StructureDefinition/{id}");
        team(json!({ "participant": [{ "extension": [with(json!({ "url": url }), more)] }] }))
    };
    let criteria = |code: &str| json!({ "valueCoding": { "system": "https://varde.no/fhir/CodeSystem/varde-criteria", "code": code } });
    check(ours("criteria", criteria("kompleks")), &[]);
    check(ours("criteria", criteria("komplekst")), &["code-invalid CareTeam.participant[0].extension[0].value"]);
    check(
        ours("criteria", json!({ "valueString": "kompleks" })),
        &["wrong-type CareTeam.participant[0].extension[0].value"],
    );
    check(ours("criterion", criteria("kompleks")), &["unknown-extension CareTeam.participant[0].extension[0].url"]);
    let near = issues(&ours("critera", criteria("kompleks"))).remove(0);
    assert!(near.en.contains("Did you mean https://varde.no/fhir/StructureDefinition/criteria?"), "{}", near.en);
    let municipality = |system: &str, code: &str| {
        patient(json!({ "address": [{ "_district": { "extension": [{
            "url": "http://hl7.no/fhir/StructureDefinition/no-basis-municipalitycode",
            "valueCoding": { "system": system, "code": code } }] } }] }))
    };
    let geonorge = "https://register.geonorge.no/subregister/sosi-kodelister/kartverket/kommunenummer-alle";
    check(municipality(geonorge, "4601"), &[]);
    check(
        municipality("urn:oid:2.16.578.1.12.4.1.1.3402", "Bergen"),
        &["code-invalid Patient.address[0].district.extension[0].value.code"],
    );
}

#[test]
fn extensions_stand_where_they_belong() {
    let of = |id: &str, name: &str, value: Value| json!({ "url": format!("https://varde.no/fhir/StructureDefinition/{id}"), (name): value });
    let informed = || of("patient-informed", "valueBoolean", json!(true));
    let criteria = |code: &str| {
        of(
            "criteria",
            "valueCoding",
            json!({ "system": "https://varde.no/fhir/CodeSystem/varde-criteria", "code": code }),
        )
    };
    let inside = |list: Value| team(json!({ "participant": [{ "extension": list }] }));
    check(inside(json!([informed(), criteria("langvarig"), criteria("koordinert")])), &[]);
    check(
        inside(json!([informed(), { "url": "http://example.org/x", "valueString": "x" }, informed()])),
        &["too-many CareTeam.participant[0].extension[2]"],
    );
    let wrong = ["extension-context CareTeam.extension[0]"];
    check(team(json!({ "extension": [informed()] })), &wrong);
    check(
        team(json!({ "participant": [{ "modifierExtension": [informed()] }] })),
        &["extension-context CareTeam.participant[0].modifierExtension[0]"],
    );
    check(
        patient(json!({ "_birthDate": { "extension": [of("revision-date", "valueDate", json!("2026-01-01"))] } })),
        &["extension-context Patient.birthDate.extension[0]"],
    );
    check(
        team(json!({ "extension": [{ "url": "http://example.org/x", "extension": [informed()] }] })),
        &["extension-context CareTeam.extension[0].extension[0]"],
    );
}

#[test]
fn profiles_that_are_claimed() {
    let base = "https://varde.no/fhir/StructureDefinition";
    let plan = |more: Value| {
        let meta =
            json!({ "resourceType": "CarePlan", "meta": { "profile": [format!("{base}/varde-individuell-plan")] } });
        let category = json!([{ "coding": [{ "system": "urn:oid:2.16.578.1.12.4.1.1.9602", "code": "A02-2" }] }]);
        let whole = json!({ "status": "active", "intent": "plan", "category": category, "subject": { "reference": "Patient/1" },
            "period": { "start": "2026" }, "author": { "type": "Organization", "display": "x" } });
        with(with(meta, whole), more)
    };
    check(plan(json!({})), &[]);
    check(plan(json!({ "intent": "order" })), &["profile-code CarePlan.intent"]);
    check(plan(json!({ "period": { "end": "2026" } })), &["profile-required CarePlan.period.start"]);
    check(plan(json!({ "author": { "reference": "Practitioner/1" } })), &["profile-reference CarePlan.author"]);
    check(plan(json!({ "subject": { "reference": "Group/1" } })), &["profile-reference CarePlan.subject"]);
    check(plan(json!({ "category": [{ "text": "x" }] })), &["profile-code CarePlan.category"]);
    let other = json!({ "meta": { "profile": ["http://example.org/x", format!("{base}/varde-oppgave"), format!("{base}/varde")] } });
    check(team(other), &["profile-type CareTeam.meta.profile[1]", "unknown-profile CareTeam.meta.profile[2]"]);
    // Inside a Bundle the place is the entry's.
    let entry =
        json!({ "resource": plan(json!({ "intent": "order" })), "request": { "method": "POST", "url": "CarePlan" } });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
    check(bundle, &["profile-code Bundle.entry[0].resource.intent"]);
}
