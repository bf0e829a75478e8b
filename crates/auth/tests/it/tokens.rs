//! Tokens of the development issuer: what passes, and a table of everything that must not.

use crate::world::{bearer, clock, settings};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use varde_auth::{ActorKind, AuthError, Authenticator, Binding, DevIssuer, DevTokenRequest, Mode, Settings, personas};
use varde_fhir::Clock;

const NOW: i64 = 1_795_359_600;

fn development() -> (Authenticator, Clock) {
    let clock = clock();
    (Authenticator::new(settings(Mode::Development, ""), clock.clone()).unwrap(), clock)
}

fn claims(authenticator: &Authenticator, clock: &Clock) -> Value {
    authenticator.dev_issuer().unwrap().claims(&personas()[0], "system/*.rs", "nhn:varde", clock)
}

fn request(client_id: &str, scope: Option<&str>) -> DevTokenRequest {
    DevTokenRequest { client_id: client_id.to_owned(), scope: scope.map(str::to_owned) }
}

#[test]
fn every_persona_gets_a_token_that_makes_it_the_actor_it_is() {
    let (authenticator, clock) = development();
    for persona in personas() {
        let token = authenticator.dev_token(&request(persona.id, None)).unwrap();
        assert_eq!((token.token_type, token.expires_in, token.scope.as_str()), ("Bearer", 3600, persona.scopes));
        assert!(!format!("{token:?}").contains(&token.access_token));
        let actor = authenticator.authenticate(&bearer(&token.access_token)).unwrap();
        assert_eq!(actor.client, persona.id);
        assert_eq!(actor.tenant, persona.orgnr);
        assert_eq!(actor.unit.as_deref(), persona.unit);
        assert_eq!(actor.kind, persona.kind, "{}", persona.id);
        assert_eq!(actor.hpr.as_deref(), persona.hpr);
        assert_eq!(actor.scopes.has("varde:appoint"), persona.scopes.contains("varde:appoint"));
    }
    let token = authenticator.dev_token(&request("epj-helse-bergen", None)).unwrap();
    clock.advance(3_609_999_999);
    assert!(authenticator.authenticate(&bearer(&token.access_token)).is_ok());
    clock.advance(1);
    assert_eq!(authenticator.authenticate(&bearer(&token.access_token)), Err(AuthError::Expired));
}

#[test]
fn a_token_request_may_ask_for_less_but_not_for_more() {
    let (authenticator, _) = development();
    for (client, scope, expected) in [
        ("epj-helse-bergen", Some("system/CareTeam.c varde:appoint"), Ok("system/CareTeam.c varde:appoint")),
        ("epj-helse-bergen", Some("  "), Ok("system/*.cruds varde:appoint varde:plan-status varde:audit")),
        ("epj-helse-bergen", Some("varde:report"), Err(AuthError::ScopeNotGranted)),
        ("epj-helse-bergen", Some("system/*.rs openid"), Err(AuthError::ScopeNotGranted)),
        ("epj-helse-bergen-readonly", Some("system/CareTeam.c"), Err(AuthError::ScopeNotGranted)),
        ("ip-bergen-kommune", Some("varde:appoint"), Err(AuthError::ScopeNotGranted)),
        ("nobody", None, Err(AuthError::UnknownPersona)),
        ("", None, Err(AuthError::UnknownPersona)),
    ] {
        let answer = authenticator.dev_token(&request(client, scope)).map(|token| token.scope);
        assert_eq!(answer, expected.map(str::to_owned), "{client} {scope:?}");
    }
    let unknown = AuthError::UnknownPersona;
    assert_eq!((unknown.oauth_error(), unknown.status()), ("invalid_client", 401));
    assert!(unknown.en().contains("epj-helse-bergen, epj-haraldsplass, ip-bergen-kommune"));
    assert_eq!((AuthError::ScopeNotGranted.oauth_error(), AuthError::ScopeNotGranted.status()), ("invalid_scope", 400));
}

#[test]
fn the_scope_prefix_of_the_deployment_is_in_development_tokens_too() {
    let settings = Settings { scope_prefix: "nhn:varde/".to_owned(), ..settings(Mode::Development, "") };
    let authenticator = Authenticator::new(settings, clock()).unwrap();
    let token = authenticator.dev_token(&request("epj-helse-bergen", None)).unwrap();
    assert_eq!(token.scope, "system/*.cruds nhn:varde/appoint nhn:varde/plan-status nhn:varde/audit");
    assert!(authenticator.authenticate(&bearer(&token.access_token)).unwrap().scopes.has("varde:appoint"));
}

#[test]
fn a_wrong_claim_is_refused() {
    let (authenticator, clock) = development();
    for (change, expected) in [
        (json!({}), None),
        (json!({ "aud": ["nhn:varde"] }), None),
        (json!({ "scope": "system/*.rs varde:appoint" }), None),
        (json!({ "iss": "https://elsewhere.example" }), Some(AuthError::Issuer)),
        (json!({ "iss": "urn:varde:development/" }), Some(AuthError::Issuer)),
        (json!({ "iss": null }), Some(AuthError::Issuer)),
        (json!({ "iss": ["urn:varde:development"] }), Some(AuthError::Issuer)),
        (json!({ "aud": "nhn:other" }), Some(AuthError::Audience)),
        (json!({ "aud": ["nhn:varde", "nhn:other"] }), Some(AuthError::Audience)),
        (json!({ "exp": NOW - 10 }), Some(AuthError::Expired)),
        (json!({ "exp": null }), Some(AuthError::Claim("exp"))),
        (json!({ "exp": "never" }), Some(AuthError::Claim("exp"))),
        (json!({ "nbf": NOW + 11 }), Some(AuthError::NotYet)),
        (json!({ "iat": NOW + 11 }), Some(AuthError::NotYet)),
        (json!({ "client_id": null }), Some(AuthError::Claim("client_id"))),
        (json!({ "helseid://claims/client/claims/orgnr_parent": null }), Some(AuthError::NoTenant)),
    ] {
        let mut claims = claims(&authenticator, &clock);
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let token = authenticator.dev_issuer().unwrap().sign(&claims, &Map::new()).unwrap();
        let answer = authenticator.authenticate(&bearer(&token));
        assert_eq!(answer.err(), expected, "{change}");
    }
}

#[test]
fn a_wrong_header_is_refused() {
    let (authenticator, clock) = development();
    let claims = claims(&authenticator, &clock);
    let kid = authenticator.dev_issuer().unwrap().jwks()["keys"][0]["kid"].clone();
    for (change, expected) in [
        (json!({ "typ": "JWT" }), None),
        (json!({ "typ": "AT+JWT" }), None),
        (json!({ "typ": "application/at+jwt" }), None),
        (json!({ "kid": null }), None),
        (json!({ "x5t": "abc" }), None),
        (json!({ "typ": null }), Some(AuthError::Type)),
        (json!({ "typ": "dpop+jwt" }), Some(AuthError::Type)),
        (json!({ "typ": "id_token" }), Some(AuthError::Type)),
        (json!({ "typ": 1 }), Some(AuthError::Type)),
        (json!({ "alg": "none" }), Some(AuthError::Algorithm)),
        (json!({ "alg": "None" }), Some(AuthError::Algorithm)),
        (json!({ "alg": "HS256" }), Some(AuthError::Algorithm)),
        (json!({ "alg": "ES512" }), Some(AuthError::Algorithm)),
        (json!({ "alg": "EdDSA" }), Some(AuthError::Algorithm)),
        (json!({ "alg": null }), Some(AuthError::Algorithm)),
        (json!({ "alg": "ES384" }), Some(AuthError::UnknownKey)),
        (json!({ "alg": "RS256" }), Some(AuthError::UnknownKey)),
        (json!({ "crit": ["b64"], "b64": true }), Some(AuthError::Critical)),
        (json!({ "crit": [] }), Some(AuthError::Critical)),
        (json!({ "jku": "https://evil.example/keys" }), Some(AuthError::KeyInToken)),
        (json!({ "x5u": "https://evil.example/cert" }), Some(AuthError::KeyInToken)),
        (json!({ "x5c": ["MII"] }), Some(AuthError::KeyInToken)),
        (json!({ "jwk": { "kty": "EC" } }), Some(AuthError::KeyInToken)),
        (json!({ "kid": "another" }), Some(AuthError::UnknownKey)),
        (json!({ "kid": [kid] }), Some(AuthError::Malformed("header"))),
    ] {
        let token = authenticator.dev_issuer().unwrap().sign(&claims, change.as_object().unwrap()).unwrap();
        assert_eq!(authenticator.authenticate(&bearer(&token)).err(), expected, "{change}");
    }
}

#[test]
fn a_token_of_another_key_or_a_changed_token_is_refused() {
    let (authenticator, clock) = development();
    let own = authenticator.dev_issuer().unwrap();
    let kid = own.jwks()["keys"][0]["kid"].as_str().unwrap().to_owned();
    let claims = claims(&authenticator, &clock);
    let token = own.sign(&claims, &Map::new()).unwrap();
    let forged = DevIssuer::generate(&kid).unwrap().sign(&claims, &Map::new()).unwrap();
    let [header, body, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let mut richer = claims.clone();
    richer["scope"] = json!("system/*.cruds");
    let richer = URL_SAFE_NO_PAD.encode(richer.to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let twice = own.sign_text(r#"{"alg":"ES256","alg":"ES256","typ":"JWT"}"#, &claims.to_string()).unwrap();
    let twin = claims.to_string().replacen('{', r#"{"scope":"","#, 1);
    let twin = own.sign_text(&format!(r#"{{"alg":"ES256","typ":"JWT","kid":"{kid}"}}"#), &twin).unwrap();
    let nested = claims.to_string().replacen('{', r#"{"a":[{"b":1,"\u0062":2}],"#, 1);
    let nested = own.sign_text(r#"{"alg":"ES256","typ":"JWT"}"#, &nested).unwrap();
    let list = own.sign_text(r#"{"alg":"ES256","typ":"JWT"}"#, "[]").unwrap();
    for (token, expected) in [
        (forged, AuthError::Signature),
        (format!("{header}.{richer}.{signature}"), AuthError::Signature),
        (format!("{header}.{body}.{}", URL_SAFE_NO_PAD.encode([0; 64])), AuthError::Signature),
        (format!("{header}.{body}.AAAA"), AuthError::Signature),
        (format!("{header}.{body}."), AuthError::Malformed("signature")),
        (format!("{header}.{body}.{signature}AAA"), AuthError::Malformed("signature")),
        (format!("{header}.{body}"), AuthError::Malformed("segments")),
        (format!("{token}.x"), AuthError::Malformed("segments")),
        (format!("{none}.{body}."), AuthError::Algorithm),
        (format!("{none}.{body}.{signature}"), AuthError::Algorithm),
        ("..".to_owned(), AuthError::Malformed("header")),
        ("abc".to_owned(), AuthError::Malformed("segments")),
        (format!("{header}.e30=.{signature}"), AuthError::Malformed("segments")),
        (twice, AuthError::Malformed("header")),
        (twin, AuthError::Malformed("claims")),
        (nested, AuthError::Malformed("claims")),
        (list, AuthError::Malformed("claims")),
    ] {
        assert_eq!(authenticator.authenticate(&bearer(&token)), Err(expected), "{token}");
    }
}

#[test]
fn the_challenge_says_what_is_wrong_and_nothing_of_the_token() {
    let challenge = |error: &AuthError| error.www_authenticate();
    assert_eq!(challenge(&AuthError::Missing).unwrap(), "Bearer realm=\"varde\"");
    assert_eq!(challenge(&AuthError::Scheme).unwrap(), "Bearer realm=\"varde\"");
    assert_eq!(
        challenge(&AuthError::Expired).unwrap(),
        "Bearer realm=\"varde\", error=\"invalid_token\", \
         error_description=\"The token has expired: fetch a new one.\""
    );
    assert!(challenge(&AuthError::Repeated).unwrap().contains("error=\"invalid_request\""));
    assert_eq!(challenge(&AuthError::NoKeys), None);
    assert_eq!((AuthError::NoKeys.status(), AuthError::NoKeys.retry_after()), (503, Some(5)));
    assert_eq!((AuthError::Missing.status(), AuthError::Missing.retry_after()), (401, None));
}

#[test]
fn settings_that_cannot_work_are_refused_at_start() {
    let start = |mode, issuer: &str, change: fn(&mut Settings)| {
        let mut settings = settings(mode, issuer);
        change(&mut settings);
        Authenticator::new(settings, clock()).err().map(|error| error.key())
    };
    assert_eq!(start(Mode::Production, "https://helseid-sts.nhn.no", |_| {}), None);
    assert_eq!(start(Mode::Development, "http://127.0.0.1:9", |_| {}), None);
    assert_eq!(start(Mode::Production, "http://127.0.0.1:9", |_| {}), Some("configuration"));
    assert_eq!(start(Mode::Production, "", |_| {}), Some("configuration"));
    assert_eq!(start(Mode::Production, DevIssuer::ISSUER, |_| {}), Some("configuration"));
    assert_eq!(start(Mode::Development, "helseid", |_| {}), Some("configuration"));
    assert_eq!(start(Mode::Development, "", |s| s.audience.clear()), Some("configuration"));
    assert_eq!(start(Mode::Development, "", |s| s.scope_prefix.clear()), Some("configuration"));
    assert_eq!(start(Mode::Development, "", |s| s.binding = Binding::Dpop), Some("dpop-unavailable"));
}

#[test]
fn production_has_no_development_issuer() {
    let (development, clock) = development();
    let production = Authenticator::new(settings(Mode::Production, "https://helseid-sts.nhn.no"), clock).unwrap();
    assert_eq!(production.dev_token(&request("epj-helse-bergen", None)).err(), Some(AuthError::NotDevelopment));
    assert!(production.dev_issuer().is_none());
    let token = development.dev_token(&request("epj-helse-bergen", None)).unwrap().access_token;
    assert_eq!(production.authenticate(&bearer(&token)), Err(AuthError::Issuer));
    assert_eq!(development.settings().tenants.get("310000019"), Some(&ActorKind::Ke));
}

#[test]
fn every_error_has_texts_in_two_languages_and_ascii_for_the_header() {
    for error in [
        AuthError::Missing,
        AuthError::Repeated,
        AuthError::Scheme,
        AuthError::TooLong,
        AuthError::Malformed("header"),
        AuthError::Type,
        AuthError::Algorithm,
        AuthError::Critical,
        AuthError::KeyInToken,
        AuthError::UnknownKey,
        AuthError::Signature,
        AuthError::Issuer,
        AuthError::Audience,
        AuthError::Expired,
        AuthError::NotYet,
        AuthError::Claim("exp"),
        AuthError::NoTenant,
        AuthError::NoKeys,
        AuthError::Configuration("x"),
        AuthError::DpopUnavailable,
        AuthError::NotDevelopment,
        AuthError::UnknownPersona,
        AuthError::ScopeNotGranted,
    ] {
        assert!(error.nb().len() > 10 && error.en().len() > 10, "{error:?}");
        assert!(error.en().is_ascii() && error.en() != error.nb(), "{error:?}");
        assert!(matches!(error.status(), 400 | 401 | 404 | 503), "{error:?}");
        assert_eq!(error.www_authenticate().is_some(), error.status() == 401, "{error:?}");
    }
}
