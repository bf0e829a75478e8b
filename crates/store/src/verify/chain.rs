//! Every tenant's audit chain, from its first link to the newest.

use super::report::VerifyReport;
use crate::audit::{BEGINNING, Link};
use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{audit, audit_head};
use crate::session::Session;
use diesel::prelude::*;

/// Links read at once.
const BATCH: i64 = 500;

impl Session<'_> {
    pub(crate) fn verify_chains(&mut self, report: &mut VerifyReport) -> Result<(), StoreError> {
        let heads: Vec<(String, i64, String)> = on!(&mut *self.connection, c => audit_head::table
                .select((audit_head::tenant, audit_head::number, audit_head::hash))
                .order(audit_head::tenant)
                .load(c))?;
        let known: Vec<&str> = heads.iter().map(|head| head.0.as_str()).collect();
        let strays: i64 = on!(&mut *self.connection, c => audit::table
            .filter(audit::tenant.ne_all(&known))
            .count()
            .get_result(c))?;
        if strays > 0 {
            report.find("audit", "a chain has no newest link on record");
        }
        for (tenant, newest, hash) in &heads {
            self.verify_chain(tenant, *newest, hash, report)?;
        }
        Ok(())
    }

    /// Follows one chain; names the first link that is missing or does not fit.
    fn verify_chain(
        &mut self,
        tenant: &str,
        newest: i64,
        hash: &str,
        report: &mut VerifyReport,
    ) -> Result<(), StoreError> {
        let (mut number, mut previous) = (0, BEGINNING.to_owned());
        loop {
            let links = on!(&mut *self.connection, c => audit::table
                .filter(audit::tenant.eq(tenant))
                .filter(audit::number.gt(number))
                .order(audit::number)
                .limit(BATCH)
                .load::<Link>(c))?;
            if links.is_empty() {
                break;
            }
            for link in links {
                report.audits += 1;
                number += 1;
                if link.number != number {
                    report.find(format!("audit {tenant} link {number}"), "the link is missing");
                    return Ok(());
                }
                if link.hash_after(&previous) != link.hash {
                    report.find(format!("audit {tenant} link {number}"), "the chain is broken: the link was changed");
                    return Ok(());
                }
                previous = link.hash;
            }
        }
        if (number, previous.as_str()) != (newest, hash) {
            report.find(format!("audit {tenant} link {}", number + 1), "the chain ends before its newest link");
        }
        Ok(())
    }
}
