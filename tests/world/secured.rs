//! TLS with a real certificate: HTTP/2 where the client speaks it, HTTP/1.1 where it does not, and nothing in the clear.

use crate::answer::Answer;
use crate::people::{BERGEN, TESTINE, plan};
use crate::replica::{self, Common, Replica};
use crate::world::NOW;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::blocking::{Client, ClientBuilder, RequestBuilder};
use reqwest::{Certificate, Version};
use serde_json::{Value, json};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use varde_fhir::Clock;

/// A Varde behind TLS, on SQLite: what is under the HTTP face does not know.
struct Secured {
    replica: Replica,
    root: String,
    certificate: Certificate,
    _folder: TempDir,
}

fn written(path: &Path, text: &str) -> std::path::PathBuf {
    fs::write(path, text).expect("a file");
    path.to_owned()
}

fn certified() -> CertifiedKey<rcgen::KeyPair> {
    generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("a certificate")
}

fn common(folder: &Path, root: &str, certificate: &str, key: &str) -> Common {
    let tls = varde_http::Tls {
        certificates: written(&folder.join("certificate.pem"), certificate),
        key: written(&folder.join("key.pem"), key),
    };
    Common {
        database: format!("sqlite:{}", folder.join("varde.db").display()),
        root: root.to_owned(),
        issuer: String::new(),
        clock: Clock::fixed(NOW).expect("an instant"),
        tls: Some(tls),
    }
}

impl Secured {
    fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let root = replica::address(&listener).replace("http://127.0.0.1", "https://localhost");
        let CertifiedKey { cert, signing_key } = certified();
        let common = common(folder.path(), &root, &cert.pem(), &signing_key.serialize_pem());
        let certificate = Certificate::from_pem(cert.pem().as_bytes()).expect("a certificate");
        let replica = Replica::start(listener, &common);
        Self { replica, root, certificate, _folder: folder }
    }

    /// A client that trusts the certificate, with what else it is to be.
    fn client(&self, with: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        let client = Client::builder().tls_certs_only([self.certificate.clone()]).timeout(Duration::from_mins(1));
        with(client).build().expect("a client")
    }

    fn ask(&self, client: &Client, method: &str, path: &str) -> RequestBuilder {
        client
            .request(method.parse().expect("a method"), format!("{}{path}", self.root))
            .header("accept-language", "en")
    }

    /// As a hospital's EPJ.
    fn epj(&self, client: &Client, method: &str, path: &str) -> RequestBuilder {
        let form = [("grant_type", "client_credentials"), ("client_id", BERGEN)];
        let answer = Answer::read(self.ask(client, "POST", "/dev/token").form(&form).send().expect("an answer"));
        let token = answer.expect(200).json["access_token"].as_str().expect("a token").to_owned();
        self.ask(client, method, path).bearer_auth(token)
    }
}

fn with_body(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("content-type", "application/fhir+json").body(body.to_string())
}

#[test]
fn http_2_and_http_1_over_tls_answer_alike() {
    let secured = Secured::start();
    let (new, old) = (secured.client(|client| client), secured.client(ClientBuilder::http1_only));
    let mut texts = Vec::new();
    let made = with_body(secured.epj(&new, "POST", "/fhir/CarePlan"), &plan(TESTINE)).send().expect("an answer");
    assert_eq!(made.version(), Version::HTTP_2);
    let made = Answer::read(made).expect(201);
    assert!(made.header("location").is_some_and(|location| location.starts_with(&secured.root)));
    let path = format!("/fhir/CarePlan/{}", made.id());
    for (client, version) in [(&new, Version::HTTP_2), (&old, Version::HTTP_11)] {
        let read = secured.epj(client, "GET", &path).send().expect("an answer");
        assert_eq!(read.version(), version);
        let read = Answer::read(read).expect(200);
        assert_eq!(read.header("strict-transport-security"), Some("max-age=31536000"));
        let unchanged = secured.epj(client, "GET", &path).header("if-none-match", read.etag());
        let unchanged = Answer::read(unchanged.send().expect("an answer")).expect(304);
        assert_eq!((unchanged.text.as_str(), unchanged.header("content-length")), ("", None));
        let head = Answer::read(secured.epj(client, "HEAD", &path).send().expect("an answer")).expect(200);
        assert_eq!((head.text.as_str(), head.etag()), ("", read.etag()));
        let zipped = secured.epj(client, "GET", &path).header("accept-encoding", "gzip");
        let zipped = zipped.send().expect("an answer");
        assert_eq!(zipped.headers()["content-encoding"], "gzip");
        let mut text = String::new();
        flate2::read::GzDecoder::new(zipped).read_to_string(&mut text).expect("gzip");
        assert_eq!(text, read.text);
        texts.push(text);
    }
    assert_eq!(texts, [made.text.clone(), made.text]);
}

#[test]
fn many_requests_share_one_connection() {
    let secured = Secured::start();
    let client = secured.client(|client| client);
    let made = Answer::read(
        with_body(secured.epj(&client, "POST", "/fhir/CarePlan"), &plan(TESTINE)).send().expect("an answer"),
    );
    let path = format!("/fhir/CarePlan/{}", made.expect(201).id());
    let token = secured.epj(&client, "GET", &path).build().expect("a request").headers()["authorization"].clone();
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                for _ in 0..4 {
                    let read = secured.ask(&client, "GET", &path).header("authorization", token.clone()).send();
                    let read = read.expect("an answer");
                    assert_eq!((read.status().as_u16(), read.version()), (200, Version::HTTP_2));
                    assert!(read.text().is_ok_and(|text| text.contains(TESTINE)));
                }
            });
        }
    });
}

#[test]
fn a_long_body_comes_through_and_a_too_long_one_is_refused() {
    let secured = Secured::start();
    for version in [Version::HTTP_2, Version::HTTP_11] {
        let client = secured.client(|client| if version == Version::HTTP_11 { client.http1_only() } else { client });
        let letter = |length: usize| {
            json!({
                "resourceType": "Communication",
                "status": "preparation",
                "payload": [{ "contentString": "x".repeat(length) }, { "contentString": "y".repeat(length) }],
            })
        };
        let post = |body: &Value| with_body(secured.epj(&client, "POST", "/fhir/Communication"), body).send();
        let long = post(&letter(900_000)).expect("an answer");
        assert_eq!((long.status().as_u16(), long.version()), (201, version));
        assert!(long.text().is_ok_and(|text| text.len() > 1_800_000));
        let refused = post(&letter(1_100_000)).expect("an answer");
        assert_eq!(refused.version(), version);
        assert_eq!(Answer::read(refused).expect(413).codes(), ["body-too-large"]);
        assert_eq!(post(&letter(10)).expect("an answer").status().as_u16(), 201, "the client goes on");
    }
}

#[test]
fn nothing_is_said_in_the_clear() {
    let secured = Secured::start();
    let mut plain = TcpStream::connect(secured.replica.address.trim_start_matches("http://")).expect("a connection");
    plain.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    plain.write_all(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("a request");
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/"), "{answer:?}");
    let stranger = Client::builder().tls_certs_only([]).build().expect("a client");
    assert!(secured.ask(&stranger, "GET", "/health/live").send().is_err(), "a certificate that nobody vouches for");
    assert_eq!(secured.ask(&secured.client(|c| c), "GET", "/health/live").send().expect("an answer").status(), 200);
}

#[test]
fn a_key_of_another_certificate_is_refused_at_the_start() {
    let folder = TempDir::new().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let common =
        common(folder.path(), "https://localhost", &certified().cert.pem(), &certified().signing_key.serialize_pem());
    let Err(error) = Replica::try_start(listener, &common) else { panic!("it started") };
    assert!(error.to_string().contains("KeyMismatch") || error.to_string().contains("inconsistent"), "{error}");
}
