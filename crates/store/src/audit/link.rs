//! One link of the audit chain, as it is stored, and its hash.

use super::row::AuditRow;
use crate::error::StoreError;
use crate::schema::audit;
use crate::text::sha256_hex;
use diesel::prelude::*;

/// What stands in the place of a previous hash before the first link.
pub(crate) const BEGINNING: &str = "";

/// A row of `audit`.
#[derive(Insertable, Queryable, QueryableByName)]
#[diesel(table_name = audit, treat_none_as_default_value = false)]
pub(crate) struct Link {
    pub(crate) tenant: String,
    pub(crate) number: i64,
    pub(crate) id: String,
    pub(crate) at: i64,
    pub(crate) request_id: String,
    pub(crate) client: String,
    pub(crate) person: Option<String>,
    pub(crate) action: String,
    pub(crate) interaction: String,
    pub(crate) target: Option<String>,
    pub(crate) status: i64,
    pub(crate) patient: Option<String>,
    pub(crate) basis: String,
    pub(crate) shown: String,
    pub(crate) hash: String,
}

impl Link {
    /// The hash it must have when the link before it has `previous`.
    pub(crate) fn hash_after(&self, previous: &str) -> String {
        let canonical = serde_json::json!([
            self.tenant,
            self.number,
            self.id,
            self.at,
            self.request_id,
            self.client,
            self.person,
            self.action,
            self.interaction,
            self.target,
            self.status,
            self.patient,
            self.basis,
            self.shown,
        ]);
        sha256_hex(&[previous.as_bytes(), canonical.to_string().as_bytes()])
    }

    /// The entry, as it was written.
    pub(crate) fn row(self) -> Result<AuditRow, StoreError> {
        let shown = serde_json::from_str(&self.shown)
            .map_err(|error| StoreError::Corrupt(format!("audit {} link {}: {error}", self.tenant, self.number)))?;
        Ok(AuditRow {
            id: self.id,
            at: self.at,
            request_id: self.request_id,
            tenant: self.tenant,
            client: self.client,
            person: self.person,
            action: self.action,
            interaction: self.interaction,
            target: self.target,
            status: self.status,
            patient: self.patient,
            basis: self.basis,
            shown,
        })
    }
}
