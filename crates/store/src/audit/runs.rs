//! Who looked at a patient's record: a chain's entries listed by patient, in runs.
//!
//! An index with a place for each patient would have to write a page somewhere in it for almost every read. So the newest entries
//! are not listed at all; when there are [`RUN`] of them they are listed together, sorted by patient, behind what is there
//! already. Whoever asks for a patient's entries looks into each run, and through the newest.

use super::link::Link;
use super::row::AuditRow;
use crate::connection::Connection;
use crate::error::StoreError;
use crate::session::Session;
use crate::sql::Sql;

/// Entries of a run. The migration that made the runs knows the number too.
pub(crate) const RUN: i64 = 4096;

impl Session<'_> {
    /// The newest entries, at most `limit`, of what was done with a patient's data (their person key), newest first, in all
    /// organisations' chains (pasientjournalloven § 18: the patient's right to know).
    ///
    /// # Errors
    /// When the database does not answer; [`StoreError::Corrupt`] when what was shown cannot be read.
    pub fn audit_about(&mut self, patient: &str, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        let mut sql = Sql::new();
        sql.push(
            "WITH RECURSIVE runs (tenant, run, runs) AS (SELECT tenant, runs - 1, runs FROM audit_head WHERE runs > 0 \
             UNION ALL SELECT tenant, run - 1, runs FROM runs WHERE run > 0), \
             found (tenant, number) AS (SELECT l.tenant, l.number FROM runs r \
             JOIN audit_run l ON l.tenant = r.tenant AND l.run = r.run AND l.patient = ",
        );
        sql.text(patient)
            .push(" UNION ALL SELECT a.tenant, a.number FROM audit_head h JOIN audit a ON a.tenant = h.tenant");
        sql.push(&format!(" AND a.number > h.runs * {RUN} AND a.patient = ")).text(patient);
        sql.push(
            ") SELECT a.* FROM found f JOIN audit a ON a.tenant = f.tenant AND a.number = f.number \
             ORDER BY a.at DESC, a.tenant, a.number DESC",
        );
        sql.limit(limit);
        let links: Vec<Link> = sql.load(self.connection)?;
        links.into_iter().map(Link::row).collect()
    }
}

/// Lists the next run of a chain of which so many are listed.
pub(super) fn list(connection: &mut Connection, tenant: &str, runs: i64) -> Result<(), StoreError> {
    let mut sql = Sql::new();
    sql.push("INSERT INTO audit_run (tenant, run, patient, number) SELECT tenant, ").number(runs);
    sql.push(", patient, number FROM audit WHERE tenant = ").text(tenant).push(" AND number > ").number(runs * RUN);
    sql.push(" AND number <= ").number((runs + 1) * RUN).push(" AND patient IS NOT NULL ORDER BY patient, number");
    sql.run(connection)?;
    let mut sql = Sql::new();
    sql.push("UPDATE audit_head SET runs = ").number(runs + 1).push(" WHERE tenant = ").text(tenant);
    sql.run(connection)
}

/// For `verify`: how many entries are not listed where they should be, or listed where they should not.
pub(crate) const ASTRAY: &str = "SELECT (SELECT count(*) FROM audit a JOIN audit_head h ON h.tenant = a.tenant AND a.number <= h.runs * 4096 \
     WHERE a.patient IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_run l WHERE l.tenant = a.tenant \
     AND l.run = (a.number - 1) / 4096 AND l.patient = a.patient AND l.number = a.number)) \
     + (SELECT count(*) FROM audit_run l WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.tenant = l.tenant \
     AND a.number = l.number AND a.patient = l.patient AND l.run = (a.number - 1) / 4096)) AS number";
