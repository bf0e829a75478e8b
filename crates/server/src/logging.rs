//! Log lines on standard error, JSON for machines or text for people. What is logged never holds personal data; that is kept
//! by those who write the lines (no bodies, no query values, no identifiers).

mod json;
mod lines;

use crate::config::{Config, LogFormat};
use crate::failure::Failure;
use json::Json;
pub(crate) use lines::Kept;
use lines::Lines;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use varde_fhir::Clock;

/// Sets up logging for the whole process; `default` is the filter when `VARDE_LOG` says nothing. What was logged last is written
/// when the answer is dropped.
///
/// # Errors
/// When `VARDE_LOG` is no filter.
pub(crate) fn start(config: &Config, default: &str) -> Result<Kept, Failure> {
    let filter = EnvFilter::try_new(config.log.as_deref().unwrap_or(default)).map_err(|_| {
        Failure::Settings("VARDE_LOG: write a level or a filter, e.g. info, or varde_http=debug,warn".to_owned())
    })?;
    let (lines, kept) = Lines::to(std::io::stderr())?;
    // A line that cannot be written (the disk under the log is full too) is lost. The library would complain of it with
    // `eprintln!`, which panics for the same reason, and take the writer's thread with it.
    let lines = fmt().with_env_filter(filter).with_writer(lines).log_internal_errors(false);
    let set = match config.log_format {
        LogFormat::Json => lines.event_format(Json(Clock::System)).try_init(),
        LogFormat::Text => lines.with_target(false).try_init(),
    };
    set.map_err(|error| Failure::Start(error.to_string()))?;
    // A panic's message may quote data: the log gets its place alone.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(at, "a defect: something panicked");
    }));
    Ok(kept)
}
