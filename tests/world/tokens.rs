//! Who may not come in, and why: every way a token can be wrong, each named in the answer, none of them stored. And what needs
//! no token at all.

use crate::people::{BERGEN, FNR, HARALDSPLASS, KOMMUNE, RKE, TESTINE, appointing, status_of};
use crate::refusal::{assert_refused, sent};
use crate::world::{World, alone, each};
use serde_json::{Map, Value, json};
use varde_auth::{DevIssuer, personas};
use varde_fhir::Clock;

/// A persona with reading scopes only.
const READER: &str = "epj-helse-bergen-readonly";
/// The claim that names the legal entity.
const TENANT: &str = "helseid://claims/client/claims/orgnr_parent";
/// When the world stands still, in seconds.
const NOW: i64 = 1_795_359_600;

#[test]
fn a_token_that_is_wrong_in_one_thing_is_refused_for_it() {
    let spare = json!({});
    let changes = [
        (json!({ "exp": NOW - 60 }), spare.clone(), "token-expired"),
        (json!({ "exp": null }), spare.clone(), "token-claim"),
        (json!({ "exp": "soon" }), spare.clone(), "token-claim"),
        (json!({ "nbf": NOW + 60 }), spare.clone(), "token-not-yet-valid"),
        (json!({ "iat": NOW + 60 }), spare.clone(), "token-not-yet-valid"),
        (json!({ "aud": "another" }), spare.clone(), "token-audience"),
        (json!({ "aud": ["varde", "another"] }), spare.clone(), "token-audience"),
        (json!({ "aud": [] }), spare.clone(), "token-audience"),
        (json!({ "aud": null }), spare.clone(), "token-audience"),
        (json!({ "iss": "https://helseid-sts.nhn.no" }), spare.clone(), "token-issuer"),
        (json!({ "iss": null }), spare.clone(), "token-issuer"),
        (json!({ TENANT: null }), spare.clone(), "token-organisation"),
        (json!({ TENANT: "98397472" }), spare.clone(), "token-organisation"),
        (json!({ TENANT: 983_974_724 }), spare.clone(), "token-organisation"),
        (json!({ "client_id": null }), spare.clone(), "token-claim"),
        (json!({ "scope": 7 }), spare.clone(), "token-claim"),
        (spare.clone(), json!({ "alg": "none" }), "token-algorithm"),
        (spare.clone(), json!({ "alg": "HS256" }), "token-algorithm"),
        (spare.clone(), json!({ "alg": null }), "token-algorithm"),
        (spare.clone(), json!({ "alg": "ES384" }), "token-key-unknown"),
        (spare.clone(), json!({ "kid": "another" }), "token-key-unknown"),
        (spare.clone(), json!({ "typ": "id+jwt" }), "token-type"),
        (spare.clone(), json!({ "typ": null }), "token-type"),
        (spare.clone(), json!({ "crit": ["exp"] }), "token-critical"),
        (spare.clone(), json!({ "jku": "https://example.org/keys" }), "token-key-embedded"),
        (spare.clone(), json!({ "jwk": { "kty": "EC" } }), "token-key-embedded"),
    ];
    each(|world| {
        let before = world.counts();
        for (claims, header, key) in &changes {
            let token = world.token_with(BERGEN, claims.clone(), header.clone());
            refused(world, &format!("Bearer {token}"), key);
        }
        assert_eq!(world.counts(), before);
        // The same token with nothing wrong in it comes in.
        let token = world.token_with(BERGEN, json!({}), json!({}));
        world
            .send_json(world.request("POST", "/fhir/CarePlan/$plan-status").bearer_auth(token), &status_of(&[TESTINE]))
            .expect(200);
    });
}

#[test]
fn what_is_no_token_is_refused() {
    each(|world| {
        let before = world.counts();
        let token = world.token(BERGEN);
        let (signed, signature) = token.rsplit_once('.').expect("a JWT");
        let (header, claims) = signed.split_once('.').expect("a JWT");
        let flipped = if signature.starts_with('A') { "B" } else { "A" };
        for (authorization, key) in [
            ("Bearer garbage".to_owned(), "token-malformed"),
            ("Bearer a.b.c".to_owned(), "token-malformed"),
            ("Bearer ".to_owned(), "token-scheme"),
            ("Bearer".to_owned(), "token-scheme"),
            (token.clone(), "token-scheme"),
            (format!("DPoP {token}"), "token-scheme"),
            (format!("Basic {token}"), "token-scheme"),
            (format!("Bearer {token}, Bearer {token}"), "token-malformed"),
            (format!("Bearer {header}.{claims}."), "token-malformed"),
            (format!("Bearer {signed}"), "token-malformed"),
            (format!("Bearer {token}.x"), "token-malformed"),
            (format!("Bearer {signed}.{flipped}{}", signature.get(1..).unwrap_or_default()), "token-signature"),
            (format!("Bearer {}", "a".repeat(12_000)), "token-malformed"),
        ] {
            refused(world, &authorization, key);
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn a_token_of_another_issuer_with_our_name_is_refused() {
    each(|world| {
        let (ours, name) = world.issuer();
        let kid = ours.jwks()["keys"][0]["kid"].as_str().expect("a key name");
        let clock = Clock::fixed(crate::world::NOW).expect("an instant");
        for (kid, key) in [(kid, "token-signature"), ("forged", "token-key-unknown")] {
            let forger = DevIssuer::generate(kid).expect("a key");
            let persona = personas().iter().find(|persona| persona.id == BERGEN).expect("a persona");
            let mut claims = forger.claims(persona, persona.scopes, "varde", &clock);
            claims["iss"] = json!(name);
            let token = forger.sign(&claims, &Map::new()).expect("a signature");
            refused(world, &format!("Bearer {token}"), key);
        }
    });
}

#[test]
fn no_token_two_tokens_and_long_tokens() {
    each(|world| {
        let before = world.counts();
        let body = appointing(TESTINE, "9144889", "1");
        for (method, path) in [
            ("GET", "/fhir/CareTeam/1"),
            ("GET", "/fhir/Organization"),
            ("DELETE", "/fhir/CareTeam/1"),
            ("GET", "/fhir/CareTeam/1/_history"),
        ] {
            let (answer, wrong) = sent(world, world.request(method, path), 401, "token-missing", None);
            assert_eq!(wrong, None);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"varde\""));
        }
        let answer = world.send_json(world.request("POST", "/fhir/CareTeam/$appoint"), &body);
        assert_refused(&answer, 401, "token-missing", None);

        let token = world.token(BERGEN);
        let two = world.request("GET", "/fhir/CareTeam").bearer_auth(&token).bearer_auth(&token);
        let answer = world.send(two);
        assert_refused(&answer, 401, "token-repeated", None);
        assert!(answer.header("www-authenticate").is_some_and(|text| text.contains("error=\"invalid_request\"")));

        // Longer than all header fields together may be.
        let long = world.request("GET", "/fhir/CareTeam").bearer_auth("a".repeat(17 << 10));
        assert_refused(&world.send(long), 431, "headers-too-large", None);
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn a_scope_that_is_missing_is_named() {
    each(|world| {
        let before = world.counts();
        let appoint = appointing(TESTINE, "9144889", "1");
        for (persona, path, body, key, word) in [
            (READER, "/fhir/CareTeam/$appoint", &appoint, "scope-missing", "varde:appoint"),
            (READER, "/fhir/Flag", &json!({ "resourceType": "Flag" }), "scope-missing", "system/Flag.c"),
            (KOMMUNE, "/fhir/CareTeam/$appoint", &appoint, "act-not-allowed", "municipality"),
            (RKE, "/fhir/CareTeam", &json!({ "resourceType": "CareTeam" }), "act-not-allowed", "region"),
            (RKE, "/fhir/CarePlan/$plan-status", &status_of(&[TESTINE]), "act-not-allowed", "region"),
        ] {
            let answer = world.post(persona, path, body);
            assert_refused(&answer, 403, key, None);
            assert!(answer.text.contains(word), "{}", answer.text);
        }
        for (claims, path, status) in [
            (json!({ "scope": [] }), "/fhir/CareTeam", 403),
            (json!({ "scope": null }), "/fhir/CareTeam", 403),
            (json!({ "scope": "system/CareTeam.r" }), "/fhir/CareTeam", 403),
            (json!({ "scope": "system/CareTeam.rs" }), "/fhir/CareTeam", 200),
            (json!({ "scope": ["system/CareTeam.s"] }), "/fhir/CareTeam", 200),
            (json!({ "scope": ["system/CareTeam.s"] }), "/fhir/CarePlan", 403),
            (json!({ "scope": "system/*.rs" }), "/fhir/MeasureReport", 403),
            (json!({ TENANT: "999999999" }), "/fhir/CareTeam", 403),
            (json!({ TENANT: "999999999" }), "/fhir/Organization", 200),
        ] {
            let token = world.token_with(HARALDSPLASS, claims.clone(), json!({}));
            let answer = world.send(world.request("GET", path).bearer_auth(token));
            assert_eq!(answer.status, status, "{claims} {path}: {}", answer.text);
        }
        assert_eq!(world.counts(), before);
    });
}

#[test]
fn the_development_issuer_gives_what_a_persona_has() {
    alone(|world| {
        let ask = |form: &[(&str, &str)]| world.send(world.request("POST", "/dev/token").form(form));
        for (form, status, error) in [
            (vec![("client_id", "nobody")], 401, "invalid_client"),
            (vec![("grant_type", "client_credentials")], 400, "invalid_request"),
            (vec![("client_id", BERGEN), ("grant_type", "password")], 400, "unsupported_grant_type"),
            (vec![("client_id", READER), ("scope", "varde:appoint")], 400, "invalid_scope"),
        ] {
            let answer = ask(&form).expect(status);
            assert_eq!(answer.json["error"], error);
            assert!(answer.json["error_description"].is_string());
        }
        let narrow = ask(&[("client_id", BERGEN), ("scope", "varde:plan-status")]).expect(200);
        assert_eq!(narrow.json["token_type"], "Bearer");
        assert_eq!(narrow.header("cache-control"), Some("no-store"));
        let token = narrow.json["access_token"].as_str().expect("a token");
        let status = world.request("POST", "/fhir/CarePlan/$plan-status").bearer_auth(token);
        world.send_json(status, &status_of(&[TESTINE])).expect(200);
        let appoint = world.request("POST", "/fhir/CareTeam/$appoint").bearer_auth(token);
        let answer = world.send_json(appoint, &appointing(TESTINE, "9144889", "1"));
        assert_refused(&answer, 403, "scope-missing", None);
    });
}

#[test]
fn a_token_ends_when_its_time_is_up() {
    each(|world| {
        let token = world.token(BERGEN);
        let ask = || world.send(world.request("GET", "/fhir/CareTeam").bearer_auth(&token));
        ask().expect(200);
        world.clock.advance(3_600_000_000 + 11_000_000);
        assert_refused(&ask(), 401, "token-expired", None);
    });
}

#[test]
fn what_anybody_may_read_needs_no_token() {
    each(|world| {
        for path in [
            "/fhir/metadata",
            "/health/live",
            "/health/ready",
            "/metrics",
            "/openapi.json",
            "/openapi-3.0.json",
            "/swagger-ui/",
            "/.well-known/smart-configuration",
            "/fhir/.well-known/smart-configuration",
        ] {
            world.send(world.request("GET", path)).expect(200);
            // A token that is wrong does not matter where none is asked for.
            world.send(world.request("GET", path).header("authorization", "Bearer garbage")).expect(200);
        }
        let smart = world.send(world.request("GET", "/.well-known/smart-configuration")).json;
        assert_eq!(smart["token_endpoint"], format!("{}/dev/token", world.root));
    });
}

/// Sends an appointment, a read and a search with an `Authorization`, and checks that each is refused for this reason.
fn refused(world: &World, authorization: &str, key: &str) {
    let with = |method: &str, path: &str| world.request(method, path).header("authorization", authorization);
    let appoint = with("POST", "/fhir/CareTeam/$appoint")
        .header("content-type", "application/fhir+json")
        .body(appointing(TESTINE, "9144889", "1").to_string());
    let form = format!("identifier={FNR}%7C{TESTINE}");
    let search =
        with("POST", "/fhir/Patient/_search").header("content-type", "application/x-www-form-urlencoded").body(form);
    for request in [appoint, search, with("GET", "/fhir/CareTeam/1")] {
        let (answer, wrong) = sent(world, request, 401, key, None);
        assert_eq!(wrong, None, "{authorization}");
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Bearer realm=\"varde\""), "{challenge}");
        assert_eq!(challenge.contains("error=\"invalid_token\""), key != "token-scheme", "{challenge}");
        assert_eq!(answer.json["issue"][0]["code"], Value::from("login"));
    }
}
