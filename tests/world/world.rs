//! One whole Varde on one database: a real server on a port of its own, with a clock that stands still.

use crate::answer::Answer;
use crate::postgres;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Once;
use std::time::Duration;
use tempfile::TempDir;
use varde_auth::{Authenticator, Binding, Mode};
use varde_fhir::Clock;
use varde_service::Service;
use varde_store::{Session, Store, StoreError};

/// When every test takes place, unless it moves the clock: a Sunday afternoon in Oslo.
pub(crate) const NOW: &str = "2026-11-22T15:00:00Z";

/// A running Varde.
pub(crate) struct World {
    /// `http://127.0.0.1:port`.
    pub(crate) root: String,
    /// The clock all of it reads.
    pub(crate) clock: Clock,
    /// The store behind it, to prove what was and was not written.
    pub(crate) store: Store,
    /// What its tokens are checked by, to sign tokens that must not pass.
    pub(crate) authenticator: Authenticator,
    client: Client,
    _running: varde_http::Running,
    database: Database,
}

enum Database {
    Sqlite(#[expect(dead_code, reason = "the directory lives as long as the world")] TempDir),
    Postgres { server: String, name: String },
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            postgres::drop(server, name);
        }
    }
}

/// Runs a test on SQLite, and on PostgreSQL when `VARDE_TEST_POSTGRES` is set.
pub(crate) fn each(test: impl Fn(&World)) {
    test(&World::sqlite());
    match postgres::server() {
        Some(server) => test(&World::postgres(&server)),
        None => eprintln!("VARDE_TEST_POSTGRES is not set: run on SQLite only"),
    }
}

impl World {
    /// A new world on a SQLite file.
    pub(crate) fn sqlite() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let url = format!("sqlite:{}", directory.path().join("varde.db").display());
        Self::start(&url, Database::Sqlite(directory))
    }

    /// A new world on a PostgreSQL database of its own.
    pub(crate) fn postgres(server: &str) -> Self {
        let (url, name) = postgres::create(server);
        Self::start(&url, Database::Postgres { server: server.to_owned(), name })
    }

    fn start(url: &str, database: Database) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        });
        let clock = Clock::fixed(NOW).expect("an instant");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let root = format!("http://{}", listener.local_addr().expect("an address"));
        let base = format!("{root}/fhir");
        let store = Store::open(varde_store::Settings {
            url: url.to_owned(),
            readers: 4,
            base: base.clone(),
            clock: clock.clone(),
        });
        let store = store.expect("a database");
        let settings = varde_auth::Settings {
            mode: Mode::Development,
            issuer: String::new(),
            audience: "varde".to_owned(),
            scope_prefix: "varde:".to_owned(),
            tenants: BTreeMap::new(),
            binding: Binding::Bearer,
        };
        let authenticator = Authenticator::new(settings, clock.clone()).expect("a development issuer");
        let settings = varde_service::Settings {
            base: base.clone(),
            test_environment: false,
            version: "0.0.0-test".to_owned(),
            issuer: root.clone(),
            token_endpoint: Some(format!("{root}/dev/token")),
        };
        let service = Service::new(store.clone(), authenticator.clone(), clock.clone(), settings);
        let settings =
            varde_http::Settings { base, issuer: root.clone(), workers: 2, clock: clock.clone(), ..Default::default() };
        let running = varde_http::start_on(listener, service, settings).expect("a server");
        let client = Client::builder().timeout(Duration::from_mins(1)).build().expect("a client");
        Self { root, clock, store, authenticator, client, _running: running, database }
    }

    /// The name of the database kind, for messages.
    pub(crate) fn database(&self) -> &'static str {
        match self.database {
            Database::Sqlite(_) => "SQLite",
            Database::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The FHIR base URL.
    pub(crate) fn base(&self) -> String {
        format!("{}/fhir", self.root)
    }

    /// A token for a persona, from `/dev/token`.
    pub(crate) fn token(&self, persona: &str) -> String {
        let form = [("grant_type", "client_credentials"), ("client_id", persona)];
        let answer =
            Answer::read(self.client.post(format!("{}/dev/token", self.root)).form(&form).send().expect("an answer"));
        answer.expect(200).json["access_token"].as_str().expect("a token").to_owned()
    }

    /// A token with these claims changed (`null` removes) and these header members.
    pub(crate) fn token_with(&self, persona: &str, claims: Value, header: Value) -> String {
        let issuer = self.authenticator.dev_issuer().expect("development mode");
        let persona = varde_auth::personas().iter().find(|p| p.id == persona).expect("a persona");
        let mut whole = issuer.claims(persona, persona.scopes, "varde", &self.clock);
        if let (Some(whole), Value::Object(changes)) = (whole.as_object_mut(), claims) {
            whole.extend(changes);
            whole.retain(|_, value| !value.is_null());
        }
        let header = if let Value::Object(header) = header { header } else { Map::new() };
        issuer.sign(&whole, &header).expect("a signature")
    }

    /// A request as nobody.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.root) };
        self.client.request(method.parse().expect("a method"), url).header("accept-language", "en")
    }

    /// A request as a persona.
    pub(crate) fn as_(&self, persona: &str, method: &str, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(self.token(persona))
    }

    /// Sends a request.
    pub(crate) fn send(&self, request: RequestBuilder) -> Answer {
        Answer::read(self.client.execute(request.build().expect("a request")).expect("an answer"))
    }

    /// Sends a request with a FHIR JSON body.
    pub(crate) fn send_json(&self, request: RequestBuilder, body: &Value) -> Answer {
        self.send(request.header("content-type", "application/fhir+json").body(body.to_string()))
    }

    /// GET as a persona.
    pub(crate) fn get(&self, persona: &str, path: &str) -> Answer {
        self.send(self.as_(persona, "GET", path))
    }

    /// POST a resource as a persona.
    pub(crate) fn post(&self, persona: &str, path: &str, body: &Value) -> Answer {
        self.send_json(self.as_(persona, "POST", path), body)
    }

    /// PUT a resource as a persona, with `If-Match` when a version is given.
    pub(crate) fn put(&self, persona: &str, path: &str, if_match: Option<&str>, body: &Value) -> Answer {
        let request = self.as_(persona, "PUT", path);
        let request = if_match.into_iter().fold(request, |request, tag| request.header("if-match", tag));
        self.send_json(request, body)
    }

    /// `POST Type/_search` as a persona: the way to search by national number.
    pub(crate) fn search(&self, persona: &str, rtype: &str, form: &[(&str, &str)]) -> Answer {
        self.send(self.as_(persona, "POST", &format!("/fhir/{rtype}/_search")).form(form))
    }

    /// A transaction Bundle of `(method, url, resource)` entries.
    pub(crate) fn transaction(&self, persona: &str, entries: &[(&str, &str, Option<Value>)]) -> Answer {
        let entries: Vec<Value> =
            entries.iter().map(|(method, url, resource)| entry(method, url, resource.as_ref())).collect();
        self.post(persona, "/fhir", &json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries }))
    }

    /// The row count of every table but the audit's, to prove that nothing was stored.
    pub(crate) fn counts(&self) -> Vec<(String, i64)> {
        self.tables().into_iter().filter(|(table, _)| !table.starts_with("audit")).collect()
    }

    /// The number of audit rows.
    pub(crate) fn audited(&self) -> i64 {
        self.tables().into_iter().find(|(table, _)| table == "audit").map(|(_, count)| count).expect("an audit table")
    }

    fn tables(&self) -> Vec<(String, i64)> {
        fn counts(session: &mut Session<'_>) -> Result<Vec<(String, i64)>, StoreError> {
            session.counts()
        }
        self.store.read(counts).unwrap_or_else(|error| panic!("{error}"))
    }
}

fn entry(method: &str, url: &str, resource: Option<&Value>) -> Value {
    let mut entry = json!({ "request": { "method": method, "url": url } });
    if let Some(resource) = resource {
        entry["resource"] = resource.clone();
    }
    entry
}
