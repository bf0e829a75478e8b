//! The bookkeeping between tables: queries that must count nothing.

use super::report::VerifyReport;
use crate::audit::ASTRAY;
use crate::error::StoreError;
use crate::session::Session;
use crate::sql::Sql;

/// Table, query for the number of wrong rows, what is wrong with them.
const QUERIES: &[(&str, &str, &str)] = &[
    ("change", "SELECT coalesce(max(seq), 0) - count(*) AS number FROM change", "the commit sequence has gaps"),
    (
        "change",
        "SELECT count(*) AS number FROM change c WHERE NOT EXISTS \
         (SELECT 1 FROM history h JOIN resource r ON r.pk = h.resource \
          WHERE h.seq = c.seq AND r.rtype = c.rtype AND r.id = c.id AND h.version = c.version)",
        "a change has no version",
    ),
    (
        "history",
        "SELECT count(*) AS number FROM history h WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.seq = h.seq)",
        "a version has no change",
    ),
    (
        "resource",
        "SELECT count(*) AS number FROM resource r WHERE NOT EXISTS \
         (SELECT 1 FROM history h WHERE h.resource = r.pk AND h.version = r.version AND h.seq = r.seq)",
        "a current version has another commit sequence number than its history",
    ),
    (
        "claim",
        "SELECT count(*) AS number FROM claim c WHERE NOT EXISTS \
         (SELECT 1 FROM resource r WHERE r.pk = c.resource AND NOT r.deleted)",
        "a claim is held by a deleted resource",
    ),
    (
        "access_grant",
        "SELECT count(*) AS number FROM access_grant g WHERE NOT EXISTS \
         (SELECT 1 FROM resource r WHERE r.pk = g.source AND NOT r.deleted)",
        "a grant is given by a deleted resource",
    ),
    ("audit_run", ASTRAY, "an entry of the access log is not listed with its patient"),
];

/// Index tables, whose rows must belong to a resource.
const INDEXES: [&str; 5] = ["idx_token", "idx_reference", "idx_date", "idx_text", "idx_uri"];

impl Session<'_> {
    pub(crate) fn verify_counted(&mut self, report: &mut VerifyReport) -> Result<(), StoreError> {
        for (table, query, problem) in QUERIES {
            let mut sql = Sql::new();
            sql.push(query);
            if sql.load_number(self.connection)? != 0 {
                report.find(*table, *problem);
            }
        }
        for table in INDEXES {
            let mut sql = Sql::new();
            sql.push("SELECT count(*) AS number FROM ").push(table);
            sql.push(" i WHERE NOT EXISTS (SELECT 1 FROM resource r WHERE r.pk = i.resource AND r.rtype = i.rtype)");
            if sql.load_number(self.connection)? != 0 {
                report.find(table, "a row belongs to no resource");
            }
        }
        Ok(())
    }
}
