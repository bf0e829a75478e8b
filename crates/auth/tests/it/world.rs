//! What the tests share: the clock, the settings, the header.

use std::collections::BTreeMap;
use varde_auth::{ActorKind, Binding, Mode, Settings};
use varde_fhir::Clock;

const NOW: &str = "2026-11-22T15:00:00Z";

pub(crate) fn clock() -> Clock {
    Clock::fixed(NOW).unwrap()
}

pub(crate) fn settings(mode: Mode, issuer: &str) -> Settings {
    Settings {
        mode,
        issuer: issuer.to_owned(),
        audience: "nhn:varde".to_owned(),
        scope_prefix: "varde:".to_owned(),
        tenants: BTreeMap::from([("983974724".to_owned(), ActorKind::Hospital)]),
        binding: Binding::Bearer,
    }
}

pub(crate) fn bearer(token: &str) -> Vec<String> {
    vec![format!("Bearer {token}")]
}
