//! The audit row of a request: who, when, what, on what basis, how it went and **which resources and versions were shown**
//! (pasientjournalloven § 22 a). Every request leaves one, also when refused.

use crate::Call;
use crate::session::Session;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use varde_auth::Actor;
use varde_fhir::{Clock, Micros};
use varde_store::AuditRow;

/// What a unit of work touched.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// `Type/id` and version.
    pub(crate) shown: Vec<(String, i64)>,
    /// Person keys.
    pub(crate) patients: BTreeSet<String>,
}

impl Trace {
    /// What a finished unit of work touched.
    pub(crate) fn of(session: Session<'_, '_>) -> Self {
        let staged = session.staged.iter().map(|staged| (staged.key.to_string(), staged.version));
        let mut shown = session.shown;
        shown.extend(staged);
        shown.sort();
        shown.dedup();
        Self { shown, patients: session.patients }
    }

    /// The text to keep beside an answer that may be given again.
    pub(crate) fn written(&self) -> String {
        json!([self.shown, self.patients]).to_string()
    }

    /// What [`Trace::written`] wrote.
    pub(crate) fn read(text: &str) -> Self {
        let (shown, patients) = serde_json::from_str(text).unwrap_or_default();
        Self { shown, patients }
    }

    /// Adds another unit of work of the same request (a batch).
    pub(crate) fn add(&mut self, other: Self) {
        self.shown.extend(other.shown);
        self.patients.extend(other.patients);
    }
}

/// The request's side of the row; the answer's is added when it is known.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    at: Micros,
    request_id: String,
    name: &'static str,
    action: &'static str,
    target: Option<String>,
    actor: Option<Arc<Actor>>,
    id: String,
}

impl Asked {
    /// Notes what is asked, and by whom when that is known.
    pub(crate) fn new(call: &Call, request_id: &str, now: Micros, clock: &Clock) -> Self {
        Self {
            at: now,
            request_id: request_id.to_owned(),
            name: call.name(),
            action: call.action(),
            target: call.target(),
            actor: None,
            id: clock.new_id(),
        }
    }

    /// Adds who asks.
    pub(crate) fn by(mut self, actor: &Arc<Actor>) -> Self {
        self.actor = Some(Arc::clone(actor));
        self
    }

    /// The row, once the status is known.
    pub(crate) fn row(self, status: u16, trace: Trace) -> AuditRow {
        let actor = self.actor.as_deref();
        // One patient is named; several (a search, a batch) are found through the resources shown.
        let mut patients = trace.patients;
        let patient = if patients.len() == 1 { patients.pop_first() } else { None };
        let purpose = actor.and_then(|a| a.purpose.as_deref());
        let decision = actor.and_then(|a| a.decision.as_deref());
        AuditRow {
            tenant: actor.map(|a| a.tenant.clone()).unwrap_or_default(),
            client: actor.map(|a| a.client.clone()).unwrap_or_default(),
            person: actor.and_then(|a| a.hpr.clone()),
            basis: json!({ "purpose": purpose, "decision": decision }).to_string(),
            id: self.id,
            at: self.at,
            request_id: self.request_id,
            action: self.action.to_owned(),
            interaction: self.name.to_owned(),
            target: self.target,
            status: i64::from(status),
            patient,
            shown: trace.shown,
        }
    }
}
