//! `changes_after`: the change feed, every version of every resource in the order of commits.
//!
//! **A reader that has seen number n never later meets a new row with a number of n or less, and numbers have no gaps.** So
//! "everything after n" misses nothing and repeats nothing, and the last row of any read is a safe place to go on from. It
//! holds because a number is drawn under the one lock that all writers of all processes take (SQLite's write lock, PostgreSQL's
//! advisory lock) and the lock is let go with the commit: whoever draws the next number sees the last one committed, and no
//! snapshot can hold a number without all smaller ones. A rolled-back write gives its number to the next. On PostgreSQL neither
//! a sequence object (numbers before commits, gaps) nor `xmin` (one must know which transactions are still open) gives that.
//!
//! The ground for subscriptions and exports. Nothing follows the feed yet.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::change;
use crate::session::Session;
use crate::stored::key_of;
use diesel::prelude::*;
use varde_fhir::ResourceKey;

/// One row of the feed: a version came to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the order of commits: 1, 2, 3 … without gaps.
    pub seq: i64,
    /// The resource.
    pub key: ResourceKey,
    /// The version it got.
    pub version: i64,
    /// `create` (also of one that had been deleted), `update` or `delete`.
    pub kind: String,
    /// The person key of the patient whose compartment the version belongs to.
    pub patient: Option<String>,
    /// The tenant (orgnr) that created the resource.
    pub owner: Option<String>,
}

impl Session<'_> {
    /// The first `limit` changes after `seq`, in order; from the beginning with 0. Whoever may see them: the caller judges.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn changes_after(&mut self, seq: i64, limit: i64) -> Result<Vec<Change>, StoreError> {
        type Row = (i64, String, String, i64, String, Option<String>, Option<String>);
        let rows: Vec<Row> = on!(&mut *self.connection, c => change::table
            .filter(change::seq.gt(seq))
            .order(change::seq)
            .limit(limit)
            .select((
                change::seq,
                change::rtype,
                change::id,
                change::version,
                change::kind,
                change::patient,
                change::owner,
            ))
            .load(c))?;
        let read = |(seq, rtype, id, version, kind, patient, owner): Row| {
            Ok(Change { seq, key: key_of(&rtype, &id)?, version, kind, patient, owner })
        };
        rows.into_iter().map(read).collect()
    }
}
