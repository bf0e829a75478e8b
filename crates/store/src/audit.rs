//! The access log, append-only and chained by hash for each tenant: who, when, what, on which basis, and which resources and
//! versions were shown (pasientjournalloven § 22 a).
//!
//! A link's hash is SHA-256 over the previous link's hash and the row's canonical text (a JSON array of all its fields), so a
//! changed, removed or inserted row breaks the chain at a place that [`crate::Store::verify`] names.

mod link;

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{audit, audit_head};
use crate::session::Session;
use crate::text::clean;
use diesel::prelude::*;
pub(crate) use link::{BEGINNING, Link};
use varde_fhir::Micros;

/// One request's entry in the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// The id of the AuditEvent it is shown as.
    pub id: String,
    /// When, UTC microseconds.
    pub at: Micros,
    /// The request's id.
    pub request_id: String,
    /// The tenant (orgnr), `""` when unknown.
    pub tenant: String,
    /// The client system.
    pub client: String,
    /// The person's HPR number.
    pub person: Option<String>,
    /// FHIR `C R U D E`.
    pub action: String,
    /// The interaction or operation.
    pub interaction: String,
    /// `Type` or `Type/id`.
    pub target: Option<String>,
    /// The HTTP status that was answered.
    pub status: i64,
    /// The patient's person key.
    pub patient: Option<String>,
    /// JSON: purpose, decision reference.
    pub basis: String,
    /// What was shown: `Type/id` and version.
    pub shown: Vec<(String, i64)>,
}

impl Session<'_> {
    /// Appends an entry to its tenant's chain.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn audit(&mut self, row: &AuditRow) -> Result<(), StoreError> {
        let tenant = clean(&row.tenant);
        let head = on!(&mut *self.connection, c => audit_head::table
            .find(&tenant)
            .select((audit_head::number, audit_head::hash))
            .first::<(i64, String)>(c)
            .optional())?;
        let new = head.is_none();
        let (number, previous) = head.unwrap_or((0, BEGINNING.to_owned()));
        let mut link = link_of(row, tenant, number + 1);
        link.hash = link.hash_after(&previous);
        let newest = (audit_head::number.eq(link.number), audit_head::hash.eq(&link.hash));
        if new {
            let newest = (audit_head::tenant.eq(&link.tenant), newest);
            on!(&mut *self.connection, c => diesel::insert_into(audit_head::table).values(newest).execute(c))?;
        } else {
            on!(&mut *self.connection, c => diesel::update(audit_head::table.find(&link.tenant)).set(newest).execute(c))?;
        }
        on!(&mut *self.connection, c => diesel::insert_into(audit::table).values(&link).execute(c))?;
        Ok(())
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
        links.into_iter().map(row_of).collect()
    }
}

fn row_of(link: Link) -> Result<AuditRow, StoreError> {
    let shown = serde_json::from_str(&link.shown)
        .map_err(|error| StoreError::Corrupt(format!("audit {} link {}: {error}", link.tenant, link.number)))?;
    Ok(AuditRow {
        id: link.id,
        at: link.at,
        request_id: link.request_id,
        tenant: link.tenant,
        client: link.client,
        person: link.person,
        action: link.action,
        interaction: link.interaction,
        target: link.target,
        status: link.status,
        patient: link.patient,
        basis: link.basis,
        shown,
    })
}

fn link_of(row: &AuditRow, tenant: String, number: i64) -> Link {
    Link {
        tenant,
        number,
        id: clean(&row.id),
        at: row.at,
        request_id: clean(&row.request_id),
        client: clean(&row.client),
        person: row.person.as_deref().map(clean),
        action: clean(&row.action),
        interaction: clean(&row.interaction),
        target: row.target.as_deref().map(clean),
        status: row.status,
        patient: row.patient.as_deref().map(clean),
        basis: clean(&row.basis),
        shown: clean(&serde_json::json!(row.shown).to_string()),
        hash: String::new(),
    }
}
