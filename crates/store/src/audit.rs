//! The access log, append-only and chained by hash for each tenant: who, when, what, on which basis, and which resources and
//! versions were shown (pasientjournalloven § 22 a).
//!
//! A link's hash is SHA-256 over the previous link's hash and the row's canonical text (a JSON array of all its fields), so a
//! changed, removed or inserted row breaks the chain at a place that [`crate::Store::verify`] names.

mod append;
mod link;
pub(crate) mod row;
mod runs;

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::audit;
use crate::session::Session;
use crate::text::clean;
pub(crate) use append::append;
use diesel::prelude::*;
pub(crate) use link::{BEGINNING, Link};
use row::AuditRow;
pub(crate) use runs::ASTRAY;

impl Session<'_> {
    /// Adds an entry to its tenant's chain. It is written with those of the other acts of the same commit, and not at all when
    /// this act is undone.
    pub fn audit(&mut self, row: AuditRow) {
        self.records.push(row);
    }

    /// The entries of a request: from the id in an OperationOutcome to what the log says of it.
    ///
    /// # Errors
    /// When the database does not answer; [`StoreError::Corrupt`] when what was shown cannot be read.
    pub fn audit_of(&mut self, request_id: &str) -> Result<Vec<AuditRow>, StoreError> {
        let links = on!(&mut *self.connection, c => audit::table
            .filter(audit::request_id.eq(clean(request_id)))
            .order((audit::tenant, audit::number))
            .load::<Link>(c))?;
        links.into_iter().map(Link::row).collect()
    }
}
