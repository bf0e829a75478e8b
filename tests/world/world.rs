//! One whole Varde on one database: real servers on ports of their own, with a clock that stands still.

use crate::answer::Answer;
use crate::issuer::{self, Issuer};
use crate::postgres;
use crate::replica::{self, Common, Replica};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use varde_auth::DevIssuer;
use varde_fhir::{Clock, Micros};
use varde_store::{Session, Store, StoreError};

/// When every test takes place, unless it moves the clock: a Sunday afternoon in Oslo.
pub(crate) const NOW: &str = "2026-11-22T15:00:00Z";

/// A running Varde: one process's worth of it, or two replicas whose answers must be one server's.
pub(crate) struct World {
    /// The public address, `http://127.0.0.1:port`: where the first replica listens, and what all of them write.
    pub(crate) root: String,
    /// The clock all of it reads.
    pub(crate) clock: Clock,
    /// The store behind it, to prove what was and was not written.
    pub(crate) store: Store,
    client: Client,
    replicas: Vec<Replica>,
    common: Common,
    /// How many requests were addressed: each goes to the replica after the last one's.
    turn: AtomicUsize,
    /// Whose tokens its callers have, when not those of the development issuer of its one process.
    issuer: Option<&'static Issuer>,
    /// The tokens given at this instant, by persona.
    tokens: Mutex<(Micros, HashMap<String, String>)>,
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

/// Runs a test on SQLite, and on PostgreSQL when `VARDE_TEST_POSTGRES` is set; with `VARDE_TEST_REPLICAS=2` only there, on two
/// replicas that take the test's requests in turn.
pub(crate) fn each(test: impl Fn(&World)) {
    if replicas() == 1 {
        return alone(test);
    }
    let server = postgres::server().expect("VARDE_TEST_REPLICAS needs VARDE_TEST_POSTGRES");
    test(&World::start(replicas(), World::postgres_of_its_own(&server)));
}

/// [`each`] for what concerns one process alone: two replicas would show nothing more.
pub(crate) fn alone(test: impl Fn(&World)) {
    if replicas() > 1 {
        return;
    }
    test(&World::sqlite());
    match postgres::server() {
        Some(server) => test(&World::start(1, World::postgres_of_its_own(&server))),
        None => eprintln!("VARDE_TEST_POSTGRES is not set: run on SQLite only"),
    }
}

/// How many replicas a world on PostgreSQL has.
pub(crate) fn replicas() -> usize {
    std::env::var("VARDE_TEST_REPLICAS").map_or(1, |number| number.parse().expect("VARDE_TEST_REPLICAS is a number"))
}

impl World {
    /// A new world on a SQLite file.
    pub(crate) fn sqlite() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let url = format!("sqlite:{}", directory.path().join("varde.db").display());
        Self::start(1, (url, Database::Sqlite(directory)))
    }

    fn postgres_of_its_own(server: &str) -> (String, Database) {
        let (url, name) = postgres::create(server);
        (url, Database::Postgres { server: server.to_owned(), name })
    }

    fn start(replicas: usize, (url, database): (String, Database)) -> Self {
        let clock = Clock::fixed(NOW).expect("an instant");
        let issuer = (replicas > 1).then(issuer::shared);
        let listen = |_| TcpListener::bind("127.0.0.1:0").expect("a port");
        let listeners: Vec<TcpListener> = (0..replicas).map(listen).collect();
        let common = Common {
            database: url,
            root: replica::address(&listeners[0]),
            issuer: issuer.map(|issuer| issuer.url.clone()).unwrap_or_default(),
            clock: clock.clone(),
            tls: None,
        };
        let replicas: Vec<Replica> = listeners.into_iter().map(|listener| Replica::start(listener, &common)).collect();
        let client = Client::builder().timeout(Duration::from_mins(1)).build().expect("a client");
        let store = replicas[0].store.clone();
        let turn = AtomicUsize::new(0);
        let tokens = Mutex::default();
        Self { root: common.root.clone(), clock, store, client, replicas, common, turn, issuer, tokens, database }
    }

    /// A store of another process on its database.
    pub(crate) fn another_store(&self) -> Store {
        self.common.store()
    }

    /// The address that the next request goes to.
    pub(crate) fn address(&self) -> &str {
        let turn = self.turn.fetch_add(1, Ordering::SeqCst);
        &self.replicas[turn % self.replicas.len()].address
    }

    /// The issuer of its callers' tokens, and the name it goes by in `iss`.
    pub(crate) fn issuer(&self) -> (&DevIssuer, &str) {
        let own = || self.replicas[0].authenticator.dev_issuer().expect("development mode");
        self.issuer.map_or_else(|| (own(), DevIssuer::ISSUER), |shared| (&shared.key, &shared.url))
    }

    /// The name of the database kind, for messages.
    pub(crate) fn database(&self) -> &'static str {
        match self.database {
            Database::Sqlite(_) => "SQLite",
            Database::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The URL of its database.
    pub(crate) fn database_url(&self) -> &str {
        &self.common.database
    }

    /// The FHIR base URL.
    pub(crate) fn base(&self) -> String {
        self.common.base()
    }

    /// A token for a persona, the same as long as the clock stands.
    pub(crate) fn token(&self, persona: &str) -> String {
        let mut tokens = self.tokens.lock().expect("no test panicked in here");
        let now = self.clock.now();
        if tokens.0 != now {
            *tokens = (now, HashMap::new());
        }
        tokens.1.entry(persona.to_owned()).or_insert_with(|| self.new_token(persona)).clone()
    }

    /// A token for a persona: from `/dev/token`, or from the issuer that all replicas trust.
    fn new_token(&self, persona: &str) -> String {
        if self.issuer.is_some() {
            return self.token_with(persona, json!({}), json!({}));
        }
        let form = [("grant_type", "client_credentials"), ("client_id", persona)];
        let answer =
            Answer::read(self.client.post(format!("{}/dev/token", self.root)).form(&form).send().expect("an answer"));
        answer.expect(200).json["access_token"].as_str().expect("a token").to_owned()
    }

    /// A token with these claims changed (`null` removes) and these header members.
    pub(crate) fn token_with(&self, persona: &str, claims: Value, header: Value) -> String {
        let (issuer, name) = self.issuer();
        let persona = varde_auth::personas().iter().find(|p| p.id == persona).expect("a persona");
        let mut whole = issuer.claims(persona, persona.scopes, "varde", &self.clock);
        whole["iss"] = json!(name);
        if let (Some(whole), Value::Object(changes)) = (whole.as_object_mut(), claims) {
            whole.extend(changes);
            whole.retain(|_, value| !value.is_null());
        }
        let header = if let Value::Object(header) = header { header } else { Map::new() };
        issuer.sign(&whole, &header).expect("a signature")
    }

    /// A request as nobody, to the replica whose turn it is: also when it follows a link, which names the public address.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.address()) };
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
