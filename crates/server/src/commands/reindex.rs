//! `varde reindex`: computes the search index again from the stored resources, after a search parameter was added or changed.

use crate::config::Config;
use crate::failure::Failure;
use crate::serving::open_store;
use std::io::Write as _;

/// Reindexes.
///
/// # Errors
/// When the database fails.
pub(super) fn reindex(config: &Config) -> Result<(), Failure> {
    let store = open_store(config)?;
    let resources = store.reindex();
    store.close();
    writeln!(std::io::stdout(), "Indexed {} resources again.", resources?)?;
    Ok(())
}
