//! `varde migrate`: brings the database to this version's schema and stops. `serve` does the same at start.

use crate::config::Config;
use crate::failure::Failure;
use crate::serving::open_store;
use std::io::Write as _;

/// Migrates.
///
/// # Errors
/// When the database cannot be reached or migrated.
pub(super) fn migrate(config: &Config) -> Result<(), Failure> {
    let store = open_store(config)?;
    store.close();
    writeln!(std::io::stdout(), "The database is at the schema of Varde {}.", env!("CARGO_PKG_VERSION"))?;
    Ok(())
}
