//! One process's worth of Varde inside a test: a store, an authenticator, a service and an HTTP server of its own. A world has
//! one of them, or two on the same database.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::sync::Once;
use varde_auth::{Authenticator, Binding, Mode};
use varde_fhir::Clock;
use varde_service::Service;
use varde_store::Store;

/// A running stack.
pub(crate) struct Replica {
    /// Where it listens, `http://127.0.0.1:port`.
    pub(crate) address: String,
    /// Its store.
    pub(crate) store: Store,
    /// What it checks tokens by.
    pub(crate) authenticator: Authenticator,
    _running: varde_http::Running,
}

/// What all replicas of a world have in common.
pub(crate) struct Common {
    /// The database's URL.
    pub(crate) database: String,
    /// The public address, which stands in what they write and answer: `http://127.0.0.1:port`.
    pub(crate) root: String,
    /// The issuer whose tokens they take beside the development issuer's; empty for none.
    pub(crate) issuer: String,
    /// The clock they all read.
    pub(crate) clock: Clock,
    /// Certificate and key; `None` speaks plain HTTP.
    pub(crate) tls: Option<varde_http::Tls>,
}

impl Replica {
    /// Starts one on a listener.
    pub(crate) fn start(listener: TcpListener, common: &Common) -> Self {
        Self::try_start(listener, common).expect("a server")
    }

    /// [`Replica::start`] where certificate or key may be unusable.
    pub(crate) fn try_start(listener: TcpListener, common: &Common) -> io::Result<Self> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        });
        let address = address(&listener);
        let store = common.store();
        let authenticator = common.authenticator();
        let service = common.service(&store, &authenticator);
        let settings = varde_http::Settings {
            base: common.base(),
            issuer: common.root.clone(),
            workers: 2,
            clock: common.clock.clone(),
            tls: common.tls.clone(),
            ..Default::default()
        };
        let running = varde_http::start_on(listener, service, settings)?;
        Ok(Self { address, store, authenticator, _running: running })
    }
}

impl Common {
    /// A store of one's own on the database they share.
    pub(crate) fn store(&self) -> Store {
        let settings = varde_store::Settings {
            url: self.database.clone(),
            readers: 4,
            base: self.base(),
            clock: self.clock.clone(),
        };
        Store::open(settings).expect("a database")
    }

    /// The public FHIR base URL.
    pub(crate) fn base(&self) -> String {
        format!("{}/fhir", self.root)
    }

    fn authenticator(&self) -> Authenticator {
        let settings = varde_auth::Settings {
            mode: Mode::Development,
            issuer: self.issuer.clone(),
            audience: "varde".to_owned(),
            scope_prefix: "varde:".to_owned(),
            tenants: BTreeMap::new(),
            binding: Binding::Bearer,
        };
        Authenticator::new(settings, self.clock.clone()).expect("a development issuer")
    }

    fn service(&self, store: &Store, authenticator: &Authenticator) -> Service {
        let settings = varde_service::Settings {
            base: self.base(),
            test_environment: false,
            version: "0.0.0-test".to_owned(),
            issuer: self.root.clone(),
            token_endpoint: Some(format!("{}/dev/token", self.root)),
            read_audit: varde_service::ReadAudit::Durable,
        };
        Service::new(store.clone(), authenticator.clone(), self.clock.clone(), settings)
    }
}

/// Where a listener listens.
pub(crate) fn address(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().expect("an address"))
}
