//! What each sub-command does, one file for each.

mod demo;
mod health;
mod migrate;
mod openapi;
mod reindex;
mod serve;
mod verify;

use crate::cli::Command;
use crate::config::Config;
use crate::failure::Failure;

/// Runs one command to its end.
///
/// # Errors
/// Why it failed.
pub(crate) fn run(config: &Config, command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve => serve::serve(config),
        Command::Migrate => migrate::migrate(config),
        Command::Openapi { version } => openapi::openapi(version),
        Command::Demo { url } => demo::demo(config, url),
        Command::Reindex => reindex::reindex(config),
        Command::Verify { audit } => verify::verify(config, audit),
        Command::Health => health::health(config),
    }
}
