//! `verify`: everything that can be recomputed is recomputed and compared, on one snapshot.

mod chain;
mod counted;
mod report;
mod resources;

use crate::error::StoreError;
use crate::session::Session;
pub use report::{Finding, VerifyReport};

/// Checks every resource, the bookkeeping between the tables, and every tenant's audit chain.
pub(crate) fn verify(session: &mut Session<'_>) -> Result<VerifyReport, StoreError> {
    let mut report = VerifyReport::default();
    session.verify_resources(&mut report)?;
    session.verify_counted(&mut report)?;
    session.verify_chains(&mut report)?;
    Ok(report)
}
