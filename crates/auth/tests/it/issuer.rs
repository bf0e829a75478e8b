//! A configured issuer: its keys are fetched when needed, again when they may have changed, and kept when it is away.

use crate::loopback::{Answer, Issuer};
use crate::world::{bearer, clock, settings};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RsaEncoding, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use varde_auth::{AuthError, Authenticator, DevIssuer, Mode, personas};
use varde_fhir::Clock;

const SECOND: i64 = 1_000_000;

struct World {
    clock: Clock,
    keys: DevIssuer,
    issuer: Issuer,
    authenticator: Authenticator,
}

fn world() -> World {
    let clock = clock();
    let keys = DevIssuer::generate("first").unwrap();
    let issuer = Issuer::start(keys.jwks());
    let authenticator = Authenticator::new(settings(Mode::Development, &issuer.url), clock.clone()).unwrap();
    World { clock, keys, issuer, authenticator }
}

impl World {
    fn claims(&self) -> Value {
        let mut claims = self.keys.claims(&personas()[0], "system/*.rs", "nhn:varde", &self.clock);
        claims["iss"] = json!(self.issuer.url);
        claims
    }

    fn answer(&self, keys: &DevIssuer, kid: &str) -> Result<String, AuthError> {
        let header = Map::from_iter([("kid".to_owned(), json!(kid))]);
        let token = keys.sign(&self.claims(), &header).unwrap();
        self.authenticator.authenticate(&bearer(&token)).map(|actor| actor.tenant.clone())
    }
}

#[test]
fn keys_are_fetched_once_and_again_after_an_hour() {
    let world = world();
    assert_eq!(world.issuer.hits(), 0, "a start needs no network");
    for _ in 0..3 {
        assert_eq!(world.answer(&world.keys, "first").as_deref(), Ok("983974724"));
    }
    assert_eq!(world.issuer.hits(), 1);
    world.clock.advance(3599 * SECOND);
    assert!(world.answer(&world.keys, "first").is_ok());
    assert_eq!(world.issuer.hits(), 1);
    world.clock.advance(SECOND);
    assert!(world.answer(&world.keys, "first").is_ok());
    assert_eq!(world.issuer.hits(), 2);
}

#[test]
fn an_unknown_kid_fetches_again_at_most_once_a_minute() {
    let world = world();
    assert!(world.answer(&world.keys, "first").is_ok());
    let second = DevIssuer::generate("second").unwrap();
    world.issuer.say(None, Some(Answer::Json(second.jwks().clone())));
    assert_eq!(world.answer(&second, "second"), Err(AuthError::UnknownKey), "too soon after the last fetch");
    assert_eq!(world.issuer.hits(), 1);
    world.clock.advance(60 * SECOND);
    assert_eq!(world.answer(&second, "second").as_deref(), Ok("983974724"));
    assert_eq!(world.issuer.hits(), 2);
    for kid in ["x", "y", "z", "first"] {
        assert_eq!(world.answer(&world.keys, kid), Err(AuthError::UnknownKey), "{kid}: withdrawn or never there");
    }
    assert_eq!(world.issuer.hits(), 2);
    assert_eq!(world.answer(&world.keys, "second"), Err(AuthError::Signature));
}

#[test]
fn keys_are_kept_when_the_issuer_is_away() {
    let world = world();
    assert!(world.answer(&world.keys, "first").is_ok());
    world.issuer.say(Some(Answer::HangUp), Some(Answer::HangUp));
    world.clock.advance(48 * 3600 * SECOND);
    assert!(world.answer(&world.keys, "first").is_ok());
    assert_eq!(world.answer(&world.keys, "other"), Err(AuthError::UnknownKey), "401: there are keys, not this one");
}

#[test]
fn without_any_keys_the_answer_is_503_until_the_issuer_comes_back() {
    let world = world();
    let discovery = json!({ "issuer": world.issuer.url, "jwks_uri": format!("{}/keys", world.issuer.url) });
    world.issuer.say(Some(Answer::HangUp), None);
    assert_eq!(world.answer(&world.keys, "first"), Err(AuthError::NoKeys));
    world.issuer.say(Some(Answer::Json(discovery)), None);
    assert_eq!(world.answer(&world.keys, "first"), Err(AuthError::NoKeys), "a pause between attempts");
    assert_eq!(world.issuer.hits(), 0);
    world.clock.advance(5 * SECOND);
    assert!(world.answer(&world.keys, "first").is_ok());
}

#[test]
fn many_callers_at_once_make_one_fetch() {
    let world = world();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| assert!(world.answer(&world.keys, "first").is_ok()));
        }
    });
    assert_eq!(world.issuer.hits(), 1);
}

#[test]
fn an_issuer_that_answers_nonsense_gives_no_keys() {
    let first = world();
    let url = &first.issuer.url;
    let good = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") });
    let moved = format!("HTTP/1.1 302 Found\r\nlocation: {url}/keys\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let huge = json!({ "issuer": url, "jwks_uri": format!("{url}/keys"), "x": "x".repeat(300_000) });
    let private = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "first", "x": "AA", "y": "AA", "d": "AA" }] });
    let oct = json!({ "keys": [{ "kty": "oct", "alg": "HS256", "kid": "first", "k": "c2VjcmV0" }] });
    let mut encryption = first.keys.jwks().clone();
    encryption["keys"][0]["use"] = json!("enc");
    for (discovery, jwks) in [
        (Answer::Json(json!({ "issuer": "https://other.example", "jwks_uri": format!("{url}/keys") })), None),
        (Answer::Json(json!({ "issuer": url })), None),
        (Answer::Json(json!({ "issuer": url, "jwks_uri": "http://192.0.2.1/keys" })), None),
        (Answer::Json(json!({ "issuer": url, "jwks_uri": "file:///keys" })), None),
        (Answer::Json(json!([])), None),
        (Answer::Json(huge), None),
        (Answer::Raw(moved), None),
        (Answer::Raw("HTTP/1.1 500 Oops\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_owned()), None),
        (Answer::Raw("HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops".to_owned()), None),
        (Answer::Raw("not http at all\r\n\r\n".to_owned()), None),
        (Answer::Json(good.clone()), Some(json!({ "keys": [] }))),
        (Answer::Json(good.clone()), Some(json!({ "keys": {} }))),
        (Answer::Json(good.clone()), Some(private)),
        (Answer::Json(good.clone()), Some(oct)),
        (Answer::Json(good), Some(encryption)),
    ] {
        first.issuer.say(Some(discovery), jwks.map(Answer::Json));
        assert_eq!(first.answer(&first.keys, "first"), Err(AuthError::NoKeys));
        first.clock.advance(5 * SECOND);
    }
}

#[test]
fn rsa_signatures_fit_the_key_and_its_alg() {
    let world = world();
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = pair.public_key();
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let n = part(public.modulus().big_endian_without_leading_zero());
    let e = part(public.exponent().big_endian_without_leading_zero());
    let any = json!({ "kty": "RSA", "kid": "any", "use": "sig", "n": n, "e": e });
    let only = json!({ "kty": "RSA", "kid": "only", "alg": "RS256", "n": n, "e": e });
    let wrong = json!({ "kty": "RSA", "kid": "wrong", "alg": "RSA-OAEP", "n": n, "e": e });
    world.issuer.say(None, Some(Answer::Json(json!({ "keys": [any, only, wrong] }))));
    let schemes: [(&str, &'static dyn RsaEncoding); 4] = [
        ("RS256", &RSA_PKCS1_SHA256),
        ("RS512", &RSA_PKCS1_SHA512),
        ("PS256", &RSA_PSS_SHA256),
        ("PS384", &RSA_PSS_SHA384),
    ];
    for (alg, encoding) in schemes {
        for kid in ["any", "only", "wrong"] {
            let header = json!({ "alg": alg, "typ": "at+jwt", "kid": kid });
            let signed =
                format!("{}.{}", part(header.to_string().as_bytes()), part(world.claims().to_string().as_bytes()));
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
            let answer = world.authenticator.authenticate(&bearer(&format!("{signed}.{}", part(&signature))));
            let expected = (kid == "wrong" || kid == "only" && alg != "RS256").then_some(AuthError::UnknownKey);
            assert_eq!(answer.err(), expected, "{alg} {kid}");
        }
    }
    // An RSA token whose header claims the elliptic curve, and the other way round, finds no key.
    assert_eq!(world.answer(&world.keys, "any"), Err(AuthError::UnknownKey));
}
