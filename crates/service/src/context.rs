//! Who asks, when, and how the answer should read: what every interaction needs to know about its request.

use crate::Prefer;
use std::fmt;
use std::sync::Arc;
use varde_auth::Actor;
use varde_fhir::{Clock, Language, Micros};
use varde_store::View;

/// One authenticated request; owned, so that it can travel into the writer.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// Who asks.
    pub(crate) actor: Arc<Actor>,
    /// The instant the request arrived; every time stamp of its answer.
    pub(crate) now: Micros,
    /// Where ids come from.
    pub(crate) clock: Clock,
    /// This server's FHIR base URL.
    pub(crate) base: String,
    /// Accept identifiers with a wrong check digit (test environments).
    pub(crate) test_environment: bool,
    /// What search cursors are sealed with.
    pub(crate) cursor_key: CursorKey,
    /// The request id.
    pub(crate) request_id: String,
    /// The language of texts.
    pub(crate) language: Language,
    /// `Prefer`.
    pub(crate) prefer: Prefer,
    /// `_summary` and `_elements` of a read, vread or history.
    pub(crate) part: Vec<(String, String)>,
}

/// A key that no log shows.
#[derive(Clone, Copy)]
pub(crate) struct CursorKey(pub(crate) [u8; 32]);

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey")
    }
}

impl Context {
    /// The one base relation of every read: what the actor's organisation may see now.
    pub(crate) fn view(&self) -> View {
        View { organisation: Some(self.actor.tenant.clone()), now: self.now }
    }
}
