//! The binary's log when no terminal listens: the same lines, written by the same code, since each answer leaves one.

#[path = "../../crates/server/src/logging/json.rs"]
mod json;
#[path = "../../crates/server/src/logging/lines.rs"]
mod lines;

use crate::trouble::{Doing, Outcome, Trouble};
use json::Json;
pub(crate) use lines::Kept;
use lines::Lines;
use tracing_subscriber::EnvFilter;
use varde_fhir::Clock;

/// Logs what the binary logs by default; what was logged last is written when the answer is dropped.
pub(crate) fn start() -> Outcome<Kept> {
    let filter = EnvFilter::try_new("info,actix_server=warn").doing("the log's filter")?;
    let (lines, kept) = Lines::to(std::io::stderr()).doing("the log")?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines).log_internal_errors(false);
    lines.event_format(Json(Clock::System)).try_init().map_err(|error| Trouble::new(error.to_string()))?;
    Ok(kept)
}
