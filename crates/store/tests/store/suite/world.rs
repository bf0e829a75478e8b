//! A fresh store on either database, and short ways to fill it.

use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use varde_fhir::query::{Modifier, Prefix, Query, Sort, Term, TermValue, TotalMode};
use varde_fhir::registry::{ParamKind, SearchParam, search_param};
use varde_fhir::{Clock, Micros, ResourceKey, ResourceType};
use varde_store::{Grant, Put, SearchPage, Session, Settings, Store, StoreError, Stored, View};

/// The tests of this module on both databases.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            use crate::suite::world::World;
            $(#[test] fn $name() { super::$name(&World::sqlite()); })+
        }
        mod postgres {
            use crate::suite::world::World;
            $(#[test] fn $name() { if let Some(world) = World::postgres() { super::$name(&world); } })+
        }
    };
}
pub(crate) use on_both;

/// The base URL of the server in these tests.
pub(crate) const BASE: &str = "https://varde.example/fhir";
/// A hospital trust, a municipality, somebody else.
pub(crate) const HOSPITAL: &str = "983974724";
pub(crate) const MUNICIPALITY: &str = "964338531";
pub(crate) const STRANGER: &str = "999999999";

/// A store of its own.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) url: String,
    server: Option<Server>,
    _folder: Option<TempDir>,
}

/// A database on a server, dropped with the world.
struct Server {
    url: String,
    database: String,
}

impl World {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}/varde.db", folder.path().display());
        Self::open(url, None, Some(folder))
    }

    pub(crate) fn postgres() -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let Ok(url) = std::env::var("VARDE_TEST_POSTGRES") else {
            println!("VARDE_TEST_POSTGRES is not set: PostgreSQL was not tested");
            return None;
        };
        let database = format!("varde_store_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        statements(&url, &format!("CREATE DATABASE {database} TEMPLATE template0"));
        let (address, query) = url.split_once('?').map_or((url.as_str(), ""), |(address, query)| (address, query));
        let (host, _) = address.rsplit_once('/').unwrap();
        let own = format!("{host}/{database}{}{query}", if query.is_empty() { "" } else { "?" });
        Some(Self::open(own, Some(Server { url, database }), None))
    }

    fn open(url: String, server: Option<Server>, folder: Option<TempDir>) -> Self {
        let clock = Clock::fixed("2026-11-22T12:00:00Z").unwrap();
        let store = Store::open(settings(&url, &clock)).unwrap();
        Self { store, clock, url, server, _folder: folder }
    }

    /// A second process on the same database.
    pub(crate) fn another(&self) -> Store {
        Store::open(settings(&self.url, &self.clock)).unwrap()
    }

    pub(crate) fn now(&self) -> Micros {
        self.clock.now()
    }

    /// What an intruder with the database's password does.
    pub(crate) fn tamper(&self, sql: &str) {
        if self.server.is_some() {
            statements(&self.url, sql);
        } else {
            use diesel::connection::SimpleConnection;
            let path = self.url.strip_prefix("sqlite:").unwrap();
            let mut file = <diesel::SqliteConnection as diesel::Connection>::establish(path).unwrap();
            file.batch_execute(&format!("PRAGMA busy_timeout = 10000; {sql}")).unwrap();
        }
    }

    /// The server closes every connection, as at a restart. SQLite has none.
    pub(crate) fn lose_connections(&self) -> bool {
        if let Some(server) = &self.server {
            let database = &server.database;
            statements(
                &server.url,
                &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"),
            );
        }
        self.server.is_some()
    }

    /// The database is gone, with everything in it.
    pub(crate) fn lose_database(&self) {
        if let Some(Server { url, database }) = &self.server {
            statements(url, &format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
        }
    }

    pub(crate) fn read<T>(&self, f: impl FnOnce(&mut Session<'_>) -> Result<T, StoreError>) -> T {
        self.store.read(f).unwrap()
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Session<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write(f).unwrap()
    }

    pub(crate) fn get(&self, address: &str) -> Option<Stored> {
        self.read(|session| session.get(&key(address)))
    }

    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method is for one lifetime, the closure for all"
    )]
    pub(crate) fn counts(&self) -> Vec<(String, i64)> {
        self.read(|session| session.counts())
    }

    /// How many rows a table has.
    pub(crate) fn count(&self, table: &str) -> i64 {
        self.counts().into_iter().find(|(name, _)| name == table).unwrap().1
    }

    pub(crate) fn search(&self, query: &Query, organisation: Option<&str>, position: Option<&str>) -> SearchPage {
        let view = View { organisation: organisation.map(str::to_owned), now: self.now() };
        self.read(|session| session.search(query, &view, position))
    }

    /// The ids that a search finds, all of them seen.
    pub(crate) fn found(&self, query: &Query) -> Vec<String> {
        ids(&self.search(query, None, None).matches)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.store.close();
        self.lose_database();
    }
}

fn settings(url: &str, clock: &Clock) -> Settings {
    Settings { url: url.to_owned(), readers: 4, base: BASE.to_owned(), clock: clock.clone() }
}

fn statements(url: &str, sql: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
    });
}

pub(crate) fn key(address: &str) -> ResourceKey {
    ResourceKey::parse(address).unwrap()
}

pub(crate) fn ids(stored: &[Stored]) -> Vec<String> {
    stored.iter().map(|stored| stored.key.id.as_str().to_owned()).collect()
}

/// A version to put; the first one of the hospital's, unless said otherwise.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) key: ResourceKey,
    pub(crate) version: i64,
    pub(crate) patient: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) deleted: bool,
    pub(crate) resource: Value,
    pub(crate) claims: Vec<String>,
    pub(crate) grants: Vec<Grant>,
}

impl Draft {
    pub(crate) fn new(address: &str, resource: Value) -> Self {
        Self {
            key: key(address),
            version: 1,
            patient: None,
            owner: Some(HOSPITAL.into()),
            deleted: false,
            resource,
            claims: Vec::new(),
            grants: Vec::new(),
        }
    }

    pub(crate) fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    pub(crate) fn patient(mut self, person: &str) -> Self {
        self.patient = Some(person.to_owned());
        self
    }

    pub(crate) fn owner(mut self, organisation: &str) -> Self {
        self.owner = Some(organisation.to_owned());
        self
    }

    pub(crate) fn claim(mut self, claim: &str) -> Self {
        self.claims.push(claim.to_owned());
        self
    }

    pub(crate) fn grant(mut self, grant: Grant) -> Self {
        self.grants.push(grant);
        self
    }

    pub(crate) fn deleted(mut self) -> Self {
        self.deleted = true;
        self.resource = Value::Null;
        self
    }

    /// Puts it inside a session, as of now.
    pub(crate) fn put(self, session: &mut Session<'_>, now: Micros) -> Result<i64, StoreError> {
        let body = if self.deleted { Vec::new() } else { self.resource.to_string().into_bytes() };
        session.put(Put {
            key: &self.key,
            version: self.version,
            last_updated: now,
            patient: self.patient,
            owner: self.owner,
            method: "PUT",
            deleted: self.deleted,
            resource: &self.resource,
            body,
            claims: self.claims,
            grants: self.grants,
        })
    }

    /// Puts it in a write of its own.
    pub(crate) fn try_into_store(self, store: &Store, now: Micros) -> Result<i64, StoreError> {
        store.write(move |session| self.put(session, now))
    }

    pub(crate) fn store(self, world: &World) -> i64 {
        self.try_into_store(&world.store, world.now()).unwrap()
    }
}

pub(crate) fn param(rtype: ResourceType, name: &str) -> &'static SearchParam {
    search_param(rtype, name).unwrap_or_else(|| panic!("no search parameter {rtype}.{name}"))
}

pub(crate) fn query(rtype: ResourceType) -> Query {
    Query::new(rtype)
}

pub(crate) fn with(mut query: Query, name: &str, modifier: Modifier, values: &[TermValue]) -> Query {
    query.terms.push(Term { param: param(query.rtype, name), modifier, values: values.to_vec() });
    query
}

pub(crate) fn sorted(mut query: Query, keys: &[&str]) -> Query {
    query.sort = keys
        .iter()
        .map(|key| Sort { param: param(query.rtype, key.trim_start_matches('-')), descending: key.starts_with('-') })
        .collect();
    query
}

pub(crate) fn paged(mut query: Query, count: u32) -> Query {
    query.count = count;
    query
}

pub(crate) fn totalled(mut query: Query) -> Query {
    query.total = TotalMode::Accurate;
    query
}

/// `code`, `system|code`, `|code`, `system|`.
pub(crate) fn token(text: &str) -> TermValue {
    let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match text.split_once('|') {
        Some((system, code)) => TermValue::Token { system: Some(system.to_owned()), code: part(code) },
        None => TermValue::Token { system: None, code: part(text) },
    }
}

pub(crate) fn string(text: &str) -> TermValue {
    TermValue::Text { folded: varde_fhir::index::fold(text), exact: text.to_owned() }
}

/// `Type/id` or `id` or a URL.
pub(crate) fn reference(text: &str) -> TermValue {
    match ResourceKey::parse(text) {
        Some(key) => TermValue::Reference { rtype: Some(key.rtype), id: key.id.as_str().to_owned() },
        None => TermValue::Reference { rtype: None, id: text.to_owned() },
    }
}

pub(crate) fn uri(text: &str) -> TermValue {
    TermValue::Uri { value: text.to_owned() }
}

/// A date with a prefix, over the interval that its precision spans.
pub(crate) fn date(prefix: Prefix, text: &str) -> TermValue {
    let (low, high) = varde_fhir::index::interval(text).unwrap();
    TermValue::Date { prefix, low, high }
}

/// The kind of a parameter, to see that a test tests what it says.
pub(crate) fn kind(rtype: ResourceType, name: &str) -> ParamKind {
    param(rtype, name).kind
}
