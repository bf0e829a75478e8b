//! The edges of HTTP: compression, answers without a body, HEAD. What a cache or a proxy between us and a client relies on.

use crate::answer::Answer;
use crate::people::{BERGEN, TESTINE, nurse, plan};
use crate::wire;
use crate::world::{World, each};
use flate2::read::{GzDecoder, ZlibDecoder};
use reqwest::blocking::RequestBuilder;
use std::io::Read as _;
use varde_store::{AuditRow, StoreError};

/// Header fields and the bytes of the body as they came.
fn raw(request: RequestBuilder) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let response = request.send().expect("an answer");
    let status = response.status().as_u16();
    let field = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        (name.to_string(), value.to_str().expect("text").to_owned())
    };
    let headers = response.headers().iter().map(field).collect();
    (status, headers, response.bytes().expect("a body").to_vec())
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

fn stored_plan(world: &World) -> (Answer, String) {
    let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
    let path = format!("/fhir/CarePlan/{}", stored.id());
    (stored, path)
}

#[test]
fn an_answer_is_compressed_as_the_client_wishes_and_says_the_same() {
    each(|world| {
        let (_, read) = stored_plan(world);
        for path in [read.as_str(), "/fhir/CarePlan", "/fhir/metadata", "/openapi.json", "/fhir/CarePlan/never-was"] {
            let ask = |encoding: &str| raw(world.as_(BERGEN, "GET", path).header("accept-encoding", encoding));
            let (status, headers, plain) = ask("identity");
            assert_eq!(header(&headers, "content-encoding"), None, "{path}");
            assert_eq!(header(&headers, "content-length"), Some(plain.len().to_string().as_str()), "{path}");
            assert_eq!(header(&headers, "vary"), Some("accept-encoding"), "{path}");
            for (wish, expected) in [
                ("gzip", Some("gzip")),
                ("gzip, deflate, br", Some("gzip")),
                ("br;q=1.0, gzip;q=0.5, *;q=0", Some("gzip")),
                ("deflate", Some("deflate")),
                ("br", None),
                ("gzip;q=0", None),
            ] {
                let (same, headers, body) = ask(wish);
                assert_eq!((same, header(&headers, "content-encoding")), (status, expected), "{path} {wish}");
                assert_eq!(header(&headers, "vary"), Some("accept-encoding"), "{path} {wish}");
                let body = opened(expected, &body);
                if status == 200 {
                    assert_eq!(body, plain, "{path} {wish}");
                } else {
                    // An OperationOutcome carries the request's own id.
                    assert_eq!(body.len(), plain.len(), "{path} {wish}");
                }
            }
            let (status, headers, body) = ask("br, identity;q=0");
            assert_eq!((status, header(&headers, "content-encoding")), (406, None), "{path}");
            let text = String::from_utf8(body).expect("text");
            assert!(text.contains("\"OperationOutcome\"") && text.contains("not-acceptable"), "{text}");
        }
    });
}

fn opened(encoding: Option<&str>, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        Some("gzip") => _ = GzDecoder::new(body).read_to_end(&mut plain).expect("gzip"),
        Some(_) => _ = ZlibDecoder::new(body).read_to_end(&mut plain).expect("deflate"),
        None => plain.extend_from_slice(body),
    }
    plain
}

#[test]
fn what_the_client_has_already_is_not_sent_again_and_is_logged() {
    each(|world| {
        let (stored, path) = stored_plan(world);
        for (number, encoding) in ["identity", "gzip"].into_iter().enumerate() {
            let (before, id) = (world.audited(), format!("unchanged-{number}"));
            let request = world.as_(BERGEN, "GET", &path).header("if-none-match", stored.etag());
            let (status, headers, body) = raw(request.header("x-request-id", &id).header("accept-encoding", encoding));
            assert_eq!((status, body), (304, Vec::new()));
            assert_eq!(header(&headers, "etag"), Some("W/\"1\""));
            for absent in ["content-length", "content-type", "content-encoding", "transfer-encoding"] {
                assert_eq!(header(&headers, absent), None, "{absent} with {encoding}");
            }
            assert_eq!(world.audited(), before + 1);
            let rows: Result<Vec<AuditRow>, StoreError> = world.store.read(|session| session.audit_of(&id));
            let rows = rows.expect("the log");
            assert_eq!((rows.len(), rows[0].status, rows[0].interaction.as_str()), (1, 304, "read"));
            assert_eq!(rows[0].target.as_deref(), path.strip_prefix("/fhir/"));
        }
        let other = world.as_(BERGEN, "GET", &path).header("if-none-match", "W/\"2\"");
        assert_eq!(world.send(other).expect(200).text, stored.text);
    });
}

#[test]
fn an_answer_without_a_body_ends_with_its_header_fields() {
    each(|world| {
        let (stored, path) = stored_plan(world);
        let worker = world.post(BERGEN, "/fhir/Practitioner", &nurse("9144900")).expect(201);
        let worker = format!("/fhir/Practitioner/{}", worker.id());
        let token = world.token(BERGEN);
        let etag = stored.etag();
        for (method, path, extra, status) in [
            ("GET", &path, format!("If-None-Match: {etag}\r\n"), 304),
            ("DELETE", &worker, "If-Match: W/\"1\"\r\n".to_owned(), 204),
            ("OPTIONS", &path, String::new(), 204),
            ("HEAD", &path, String::new(), 200),
            ("HEAD", &"/fhir/CarePlan/never-was".to_owned(), String::new(), 404),
        ] {
            for encoding in ["identity", "gzip"] {
                let request = format!(
                    "{method} {path} HTTP/1.1\r\nHost: varde\r\nAuthorization: Bearer {token}\r\n{extra}\
                     Accept-Encoding: {encoding}\r\nConnection: close\r\n\r\n"
                );
                let (given, answer) = wire::send(world, request.as_bytes()).expect("an answer");
                let (head, body) = answer.split_once("\r\n\r\n").expect("header fields");
                // The second time there is nothing to delete: that answer is another test's.
                if (method, given) == ("DELETE", 204) || method != "DELETE" {
                    assert_eq!((given, body), (status, ""), "{method} {path} {encoding}");
                }
                let length = head.to_ascii_lowercase().contains("content-length:");
                assert!(!length || status == 200 || status == 404, "{method} {path} {encoding}: {head}");
            }
        }
    });
}

#[test]
fn head_is_get_without_the_body() {
    each(|world| {
        let (_, read) = stored_plan(world);
        let (version, history) = (format!("{read}/_history/1"), format!("{read}/_history"));
        for path in [
            read.as_str(),
            &version,
            &history,
            "/fhir/CarePlan",
            "/fhir/CarePlan?nothing=1",
            "/fhir/metadata",
            "/fhir/CarePlan/never-was",
            "/fhir/.well-known/smart-configuration",
            "/.well-known/smart-configuration",
            "/health/live",
            "/health/ready",
            "/openapi.json",
            "/swagger-ui/",
            "/",
            "/nowhere",
        ] {
            let ask = |method: &str| {
                raw(world.as_(BERGEN, method, path).header("x-request-id", "one").header("accept-encoding", "identity"))
            };
            let ((status, mut with, _), (same, mut without, nothing)) = (ask("GET"), ask("HEAD"));
            for headers in [&mut with, &mut without] {
                headers.retain(|(name, _)| name != "date");
                headers.sort();
            }
            assert_eq!((same, nothing, without), (status, Vec::new(), with), "{path}");
        }
    });
}
