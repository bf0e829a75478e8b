//! `put`: one version of one resource, with everything that goes with it, in one transaction: current, history, commit
//! sequence, search index, claims and grants. No caller can forget any of them.
//!
//! On SQLite it is many small statements, each prepared once; on PostgreSQL one, since each is a round trip.

mod postgres;
mod sqlite;
mod version;

use crate::connection::Connection;
use crate::error::StoreError;
use crate::session::Session;
use crate::text::key as capped;
use std::collections::BTreeMap;
use varde_fhir::ResourceType;
use varde_fhir::links::extract_all;
pub use version::{Grant, Put};

impl Session<'_> {
    /// Stores a version and answers its commit sequence number.
    ///
    /// # Errors
    /// [`StoreError::Claimed`] when another resource holds one of the claims: then nothing was written. Otherwise when the
    /// database does not answer, or refuses (the version exists already).
    pub fn put(&mut self, mut put: Put<'_>) -> Result<i64, StoreError> {
        if put.deleted {
            put.claims.clear();
            put.grants.clear();
        }
        put.claims = distinct(&put.claims);
        if put.key.rtype == ResourceType::Patient {
            self.whose.forget(put.key.id.as_str());
        }
        let entries = if put.deleted { Vec::new() } else { extract_all(put.key.rtype, put.resource, self.base) };
        match self.connection {
            Connection::Sqlite(_) => self.put_in_steps(&put, entries),
            Connection::Postgres(_) => self.put_at_once(put, entries),
        }
    }
}

/// Each claim once, as the database tells them apart.
fn distinct(claims: &[String]) -> Vec<String> {
    let claims: BTreeMap<String, &String> = claims.iter().map(|claim| (capped(claim), claim)).collect();
    claims.into_values().cloned().collect()
}
