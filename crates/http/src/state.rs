//! What the handlers that call the service share.

use crate::gate::Gate;
use varde_service::Service;

/// The one door down, and who gets through it.
pub(crate) struct State {
    /// The service.
    pub(crate) service: Service,
    /// The bounded way in.
    pub(crate) gate: Gate,
    /// The way in for whoever asks whether the database is there.
    pub(crate) probe: Gate,
}
