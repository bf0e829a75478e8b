//! Whatever is stored or sent, judging never panics and never shows a national number.

use crate::fixture::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Names and texts that the rules read, so that arbitrary trees reach deep.
const NAMES: [&str; 28] = [
    "resourceType",
    "id",
    "status",
    "participant",
    "role",
    "coding",
    "system",
    "code",
    "member",
    "reference",
    "identifier",
    "value",
    "period",
    "start",
    "end",
    "onBehalfOf",
    "contained",
    "performer",
    "patient",
    "category",
    "provision",
    "type",
    "relationship",
    "extension",
    "practitioner",
    "birthDate",
    "partOf",
    "dateTime",
];
const TEXTS: [&str; 24] = [
    "active",
    "18",
    "19",
    "20",
    ROLE,
    HPR,
    FNR,
    ADULT,
    "7654321",
    "Practitioner/nurse",
    "#p1",
    "#",
    "Patient/pat",
    "RelatedPerson/rel",
    "2026-11-20",
    "2026",
    "2026-11-22T14:00:00Z",
    "0000",
    "9999-12-31",
    "x",
    "",
    "Practitioner",
    "PractitionerRole",
    "æøå٣",
];

fn arbitrary() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        proptest::sample::select(&TEXTS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        let members = proptest::collection::vec((proptest::sample::select(&NAMES[..]), inner.clone()), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<Map<_, _>>()
                .into()),
        ]
    })
}

/// A well-formed resource with arbitrary elements put in.
fn spoilt(resource: Value) -> impl Strategy<Value = Value> {
    proptest::collection::vec((proptest::sample::select(&NAMES[2..]), arbitrary()), 0..3).prop_map(move |changes| {
        changes.into_iter().fold(resource.clone(), |resource, (name, value)| but(resource, name, value))
    })
}

proptest! {
    #[test]
    fn never_panics(
        team_after in spoilt(team(&json!([koordinator(), participant("19", "#p1", "2026-11-01", "2026-12-01")]))),
        team_before in spoilt(team(&json!([koordinator(), participant("18", "Practitioner/nurse", "2026-10-01", "2026-11-01")]))),
        participants in arbitrary(),
        consent_after in spoilt(consent()),
        patient_after in spoilt(patient(CHILD)),
        plan in spoilt(json!({ "resourceType": "CarePlan", "id": "a", "status": "active" })),
        person in spoilt(practitioner("nurse", "7654321", "SP")),
    ) {
        let mut world = World::new()
            .with(HELSE_BERGEN, team_after)
            .with(HELSE_BERGEN, but(but(team(&json!([])), "id", json!("t2")), "participant", participants))
            .with(HELSE_BERGEN, consent_after)
            .with(HELSE_BERGEN, patient_after)
            .with(HELSE_BERGEN, plan);
        world.directory.push(person);
        let changes = [("CareTeam/t1", Some(team_before)), ("CareTeam/t2", None), ("Consent/c1", Some(consent())), ("CarePlan/a", None)];
        let shown = format!("{:?}", world.judge(&changes));
        prop_assert!(!shown.contains(ADULT) && !shown.contains(CHILD));
        let _ = world.judge(&[("Consent/c1", Some(consent()))]);
    }
}
