//! What is asked of the past <https://hl7.org/fhir/R4/http.html#history>: of what, from when, how much.

use crate::sql::Sql;
use varde_fhir::{Micros, ResourceKey, ResourceType};

/// What is asked of the past.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    /// Of what.
    pub of: Reach<'a>,
    /// Versions made at this instant or later.
    pub since: Option<Micros>,
    /// Versions that were current at some point of `[low, high)`.
    pub at: Option<(Micros, Micros)>,
    /// Those that come after this version of this resource: what was made before it.
    pub after: Option<(&'a ResourceKey, i64)>,
    /// At most so many.
    pub limit: i64,
}

/// Whose past.
#[derive(Clone, Copy, Debug)]
pub enum Reach<'a> {
    /// One resource's.
    Resource(&'a ResourceKey),
    /// That of all resources of these types.
    Types(&'a [ResourceType]),
}

impl Past<'_> {
    /// Adds what chooses among the versions `h`, whose number in the commit sequence is `seq`.
    pub(super) fn narrow(&self, sql: &mut Sql, seq: &str) {
        if let Some(since) = self.since {
            sql.push(" AND h.last_updated >= ").number(since);
        }
        if let Some((low, high)) = self.at {
            sql.push(" AND h.last_updated < ").number(high);
            sql.push(
                " AND NOT EXISTS (SELECT 1 FROM history n WHERE n.resource = h.resource \
                 AND n.version = h.version + 1 AND n.last_updated <= ",
            );
            sql.number(low).push(")");
        }
        if let Some((key, version)) = self.after {
            // By the version and not by its number in the commit sequence: that would tell how much others write.
            for text in
                [" AND ", seq, " < (SELECT q.seq FROM history q JOIN resource w ON w.pk = q.resource WHERE w.rtype = "]
            {
                sql.push(text);
            }
            sql.text(key.rtype.as_str()).push(" AND w.id = ").text(key.id.as_str());
            sql.push(" AND q.version = ").number(version).push(")");
        }
    }
}
