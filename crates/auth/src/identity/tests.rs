//! Claims → actor, as a table of what `HelseID` may send.

use super::actor;
use crate::{Actor, ActorKind, AuthError, Binding, Mode, Settings};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const PID: &str = "01819019939";

fn read(change: &Value) -> Result<Actor, AuthError> {
    let settings = Settings {
        mode: Mode::Production,
        issuer: "https://issuer.example".to_owned(),
        audience: "nhn:varde".to_owned(),
        scope_prefix: "nhn:varde/".to_owned(),
        tenants: BTreeMap::from([
            ("983974724".to_owned(), ActorKind::Hospital),
            ("310000019".to_owned(), ActorKind::Ke),
            ("964338531".to_owned(), ActorKind::Municipality),
        ]),
        binding: Binding::Bearer,
    };
    let mut claims = json!({
        "client_id": "7f8e",
        "helseid://claims/client/claims/orgnr_parent": "983974724",
        "helseid://claims/identity/pid": PID,
    });
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let mut claims = claims.as_object().unwrap().clone();
    claims.retain(|_, value| !value.is_null());
    actor(&claims, &settings)
}

#[test]
fn a_full_token_becomes_a_full_actor() {
    let actor = read(&json!({
        "helseid://claims/client/claims/orgnr_child": "974557746",
        "helseid://claims/client/claims/orgnr_supplier": "994598759",
        "helseid://claims/hpr/hpr_number": "900000101",
        "scope": ["system/CareTeam.rs", "nhn:varde/appoint"],
        "nhn:tillitsrammeverk:parameters": {
            "practitioner": { "identifier": { "id": PID } },
            "care_relationship": { "purpose_of_use": { "code": "COC" }, "decision_ref": { "id": "d-17", "user_selected": true } },
        },
    }))
    .unwrap();
    assert_eq!(actor.client, "7f8e");
    assert_eq!(actor.tenant, "983974724");
    assert_eq!(actor.unit.as_deref(), Some("974557746"));
    assert_eq!(actor.supplier.as_deref(), Some("994598759"));
    assert_eq!(actor.kind, ActorKind::Hospital);
    assert_eq!(actor.hpr.as_deref(), Some("900000101"));
    assert!(actor.scopes.has("varde:appoint"));
    assert_eq!(actor.purpose.as_deref(), Some("COC"));
    assert_eq!(actor.decision.as_deref(), Some("d-17"));
    let printed = format!("{actor:?}");
    assert!(printed.contains("983974724"), "{printed}");
    for secret in [PID, "900000101", "d-17"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[test]
fn the_kind_comes_from_the_legal_entity_and_is_refined_by_a_listed_unit() {
    let child = "helseid://claims/client/claims/orgnr_child";
    let parent = "helseid://claims/client/claims/orgnr_parent";
    for (claims, expected) in [
        (json!({}), ActorKind::Hospital),
        (json!({ child: "310000019" }), ActorKind::Ke),
        (json!({ child: "999999999" }), ActorKind::Hospital),
        (json!({ parent: "964338531" }), ActorKind::Municipality),
        (json!({ parent: "999999999" }), ActorKind::Other),
        (json!({ parent: "999999999", child: "310000019" }), ActorKind::Other),
    ] {
        assert_eq!(read(&claims).unwrap().kind, expected, "{claims}");
    }
}

#[test]
fn wrong_claims_are_refused_by_name() {
    let parent = "helseid://claims/client/claims/orgnr_parent";
    let child = "helseid://claims/client/claims/orgnr_child";
    let hpr = "helseid://claims/hpr/hpr_number";
    let trust = "nhn:tillitsrammeverk:parameters";
    let relation = |purpose: Value, decision: Value| json!({ "care_relation": { "purpose_of_use": { "code": purpose }, "decision_ref": { "id": decision } } });
    for (claims, expected) in [
        (json!({ parent: null }), AuthError::NoTenant),
        (json!({ parent: null, child: "974557746" }), AuthError::NoTenant),
        (json!({ parent: "98397472" }), AuthError::NoTenant),
        (json!({ parent: "98397472a" }), AuthError::NoTenant),
        (json!({ parent: 983_974_724 }), AuthError::NoTenant),
        (json!({ parent: ["983974724"] }), AuthError::NoTenant),
        (json!({ child: "1" }), AuthError::Claim("helseid://claims/client/claims/orgnr_child")),
        (json!({ "client_id": null }), AuthError::Claim("client_id")),
        (json!({ "client_id": "" }), AuthError::Claim("client_id")),
        (json!({ "client_id": "a\nb" }), AuthError::Claim("client_id")),
        (json!({ "client_id": 1 }), AuthError::Claim("client_id")),
        (json!({ "scope": 1 }), AuthError::Claim("scope")),
        (json!({ "scope": ["a", 1] }), AuthError::Claim("scope")),
        (json!({ hpr: PID }), AuthError::Claim("helseid://claims/hpr/hpr_number")),
        (json!({ hpr: "12a" }), AuthError::Claim("helseid://claims/hpr/hpr_number")),
        (json!({ trust: "TREAT" }), AuthError::Claim("nhn:tillitsrammeverk:parameters")),
        (json!({ trust: [] }), AuthError::Claim("nhn:tillitsrammeverk:parameters")),
        (json!({ trust: relation(json!("HMARKT"), json!("1")) }), AuthError::Claim("nhn:tillitsrammeverk:parameters")),
        (json!({ trust: relation(json!("TREAT"), json!(PID)) }), AuthError::Claim("nhn:tillitsrammeverk:parameters")),
        (json!({ trust: relation(json!(["TREAT"]), json!("1")) }), AuthError::Claim("nhn:tillitsrammeverk:parameters")),
    ] {
        assert_eq!(read(&claims), Err(expected), "{claims}");
    }
}

#[test]
fn the_trust_framework_is_read_in_both_spellings() {
    let relation = json!({ "purpose_of_use": { "code": "TREAT" }, "decision_ref": { "id": "x" } });
    for parameters in [
        json!({ "care_relation": relation }),
        json!({ "care_relationship": relation }),
        json!([{ "care_relationship": relation }]),
    ] {
        let actor = read(&json!({ "nhn:tillitsrammeverk:parameters": parameters })).unwrap();
        assert_eq!((actor.purpose.as_deref(), actor.decision.as_deref()), (Some("TREAT"), Some("x")), "{parameters}");
    }
    let actor = read(&json!({ "nhn:tillitsrammeverk:parameters": { "practitioner": {} } })).unwrap();
    assert_eq!((actor.purpose, actor.decision), (None, None));
}
