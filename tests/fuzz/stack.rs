//! One Varde in the fuzzer's own process, on a SQLite file that goes with it: started by the first input.

#[path = "../world/replica.rs"]
#[allow(dead_code, reason = "the world suite needs all of it")]
mod replica;
mod targets;

use reqwest::blocking::Client;
use replica::{Common, Replica};
use std::net::TcpListener;
use std::sync::OnceLock;
use targets::{PATCHED, Sent, TARGETS, patched};
use tempfile::TempDir;
use varde_auth::DevIssuer;
use varde_fhir::Clock;

struct Stack {
    replica: Replica,
    client: Client,
    token: String,
    _directory: TempDir,
}

/// Runs the target of this name.
pub fn fuzz(name: &str, data: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
    target(data, &|sent| stack().send(sent));
}

fn stack() -> &'static Stack {
    static STACK: OnceLock<Stack> = OnceLock::new();
    STACK.get_or_init(Stack::start)
}

impl Stack {
    fn start() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let clock = Clock::fixed("2026-11-22T15:00:00Z").expect("an instant");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let common = Common {
            database: format!("sqlite:{}", directory.path().join("varde.db").display()),
            root: replica::address(&listener),
            issuer: String::new(),
            clock: clock.clone(),
            tls: None,
        };
        let replica = Replica::start(listener, &common);
        let issuer: &DevIssuer = replica.authenticator.dev_issuer().expect("development mode");
        let persona = varde_auth::personas().first().expect("a persona");
        let claims = issuer.claims(persona, persona.scopes, "varde", &clock);
        let token = issuer.sign(&claims, &serde_json::Map::new()).expect("a signature");
        let stack = Self { replica, client: Client::new(), token, _directory: directory };
        let body = patched().to_string();
        let headers = vec![("content-type", b"application/fhir+json".to_vec())];
        let sent = Sent { method: "PUT", path: PATCHED.to_owned(), headers, body: body.as_bytes() };
        let (status, text) = stack.send(sent);
        assert_eq!(status, 201, "{text}");
        stack
    }

    fn send(&self, sent: Sent<'_>) -> (u16, String) {
        let url = format!("{}{}", self.replica.address, sent.path);
        let mut request = self.client.request(sent.method.parse().expect("a method"), url).bearer_auth(&self.token);
        for (name, value) in sent.headers {
            if let Ok(value) = reqwest::header::HeaderValue::from_bytes(&value) {
                request = request.header(name, value);
            }
        }
        let answer = request.body(sent.body.to_vec()).send().expect("an answer");
        (answer.status().as_u16(), answer.text().expect("a body"))
    }
}
