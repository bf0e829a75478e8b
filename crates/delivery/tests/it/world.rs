//! A store in a folder of its own, with a clock that stands still, a directory and an outbox.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tempfile::TempDir;
use varde_delivery::{Mode, Settings, Worker};
use varde_fhir::identifier::ENH;
use varde_fhir::{Clock, ResourceKey};
use varde_store::{OutboxEvent, Put, Session, Store, StoreError};

pub(crate) const BERGEN: &str = "964338531";
pub(crate) const BASE: &str = "https://varde.example/fhir";

pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    _folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2026-11-22T15:00:00Z").unwrap();
        let store = Store::open(varde_store::Settings {
            url: format!("sqlite:{}", folder.path().join("varde.db").display()),
            readers: 1,
            base: BASE.to_owned(),
            clock: clock.clone(),
        });
        Self { clock, store: store.unwrap(), _folder: folder }
    }

    pub(crate) fn worker(&self, mode: Mode) -> Worker {
        let settings = Settings {
            mode,
            base: BASE.to_owned(),
            allow: BTreeSet::new(),
            registrars: BTreeSet::from(["983658725".to_owned()]),
        };
        Worker::new(self.store.clone(), self.clock.clone(), settings)
    }

    /// Stores a resource as its owner wrote it.
    pub(crate) fn put(&self, owner: &str, resource: &Value) {
        let key = format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        let (key, owner, resource, now) =
            (ResourceKey::parse(&key).unwrap(), owner.to_owned(), resource.clone(), self.clock.now());
        self.write(move |session| {
            let version = session.get(&key)?.map_or(0, |stored| stored.version) + 1;
            session.put(Put {
                key: &key,
                version,
                last_updated: now,
                patient: None,
                owner: Some(owner),
                method: "PUT",
                deleted: false,
                resource: &resource,
                body: resource.to_string().into_bytes(),
                claims: Vec::new(),
                grants: Vec::new(),
            })
        });
    }

    /// Registers Bergen kommune with one Endpoint of its own.
    pub(crate) fn register(&self, address: &str) {
        self.put(BERGEN, &endpoint("bergen", address));
        self.put(BERGEN, &organization("bergen", &["Endpoint/bergen"]));
    }

    pub(crate) fn push(&self, focus: &str) {
        let event = OutboxEvent {
            at: self.clock.now(),
            kind: "task-assigned".to_owned(),
            organisation: BERGEN.to_owned(),
            focus: focus.to_owned(),
        };
        self.write(move |session| session.outbox_push(&event));
    }

    /// Writes on a thread that may block: these tests are asynchronous.
    fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Session<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        std::thread::scope(|scope| scope.spawn(|| self.store.write(f)).join()).unwrap().unwrap()
    }

    /// How many events wait.
    pub(crate) fn waiting(&self) -> i64 {
        let counts = self.store.read(counted).unwrap();
        counts.iter().find(|(table, _)| table == "outbox").unwrap().1
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.advance(seconds * 1_000_000);
    }
}

pub(crate) fn organization(id: &str, endpoints: &[&str]) -> Value {
    let endpoints: Vec<Value> = endpoints.iter().map(|reference| json!({ "reference": reference })).collect();
    json!({
        "resourceType": "Organization",
        "id": id,
        "identifier": [{ "system": ENH, "value": BERGEN }],
        "name": "Bergen kommune",
        "endpoint": endpoints,
    })
}

pub(crate) fn endpoint(id: &str, address: &str) -> Value {
    json!({
        "resourceType": "Endpoint",
        "id": id,
        "status": "active",
        "connectionType": { "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest" },
        "payloadType": [{ "text": "id-only" }],
        "address": address,
    })
}

/// A method is not general enough over the session's lifetime to be handed in by name.
fn counted(session: &mut Session<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    session.counts()
}
