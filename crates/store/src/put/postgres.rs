//! `put` on PostgreSQL: one statement, one round trip. Every part of it sees the database as it was before, so no part undoes what
//! another does: what is no longer wanted goes, what is missing comes, and no row is touched by two
//! <https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING>.

mod index;

use super::version::{Grant, Held, Put};
use crate::error::StoreError;
use crate::index::IndexRows;
use crate::session::Session;
use crate::sql::Sql;
use crate::text::key as capped;
use varde_fhir::ResourceType;
use varde_fhir::index::IndexEntry;

impl Session<'_> {
    pub(crate) fn put_at_once(&mut self, mut put: Put<'_>, entries: Vec<IndexEntry>) -> Result<i64, StoreError> {
        let sequence = self.next_sequence()?;
        let rows = IndexRows::new(0, put.key.rtype, entries);
        let taken = statement(&mut put, &rows, sequence).load::<Held>(self.connection)?;
        let Some(taken) = taken.into_iter().next() else { return Ok(sequence) };
        self.undraw();
        Err(taken.refusal(&put.claims))
    }
}

/// Takes the body out of `put`. A first version has nothing before it, and what a resource has nothing of needs no part.
fn statement(put: &mut Put<'_>, rows: &IndexRows, sequence: i64) -> Sql {
    let first = put.version == 1;
    let claims = !first || !put.claims.is_empty();
    let mut sql = Sql::new();
    given(&mut sql, put, sequence);
    if !first {
        sql.push(
            ", earlier AS (SELECT r.pk, r.patient, r.deleted FROM given g JOIN resource r ON r.rtype = g.rtype AND r.id = g.id)",
        );
    }
    if claims {
        taken(&mut sql, &put.claims, first);
    }
    versions(&mut sql, first, claims);
    if claims {
        hold(&mut sql, first);
    }
    if !first || !put.grants.is_empty() {
        grant(&mut sql, &put.grants, first);
    }
    index::write(&mut sql, rows, first);
    if put.key.rtype == ResourceType::Patient {
        index::repoint(&mut sql, first);
    }
    sql.push(if claims { " SELECT * FROM taken" } else { " SELECT rtype AS key, rtype, id FROM given WHERE FALSE" });
    sql
}

fn given(sql: &mut Sql, put: &mut Put<'_>, sequence: i64) {
    sql.push("WITH given AS (SELECT ").text(put.key.rtype.as_str()).push(" AS rtype, ").text(put.key.id.as_str());
    sql.push(" AS id, ").number(put.version).push(" AS version, ").number(put.last_updated);
    sql.push(" AS last_updated, ").optional(put.patient.as_deref()).push(" AS patient, ");
    sql.optional(put.owner.as_deref()).push(" AS owner, ").flag(put.deleted).push(" AS deleted, ").number(sequence);
    sql.push(" AS seq, ").text(put.method).push(" AS method, ");
    sql.bytes(std::mem::take(&mut put.body)).push(" AS body)");
}

/// The first claim that somebody else holds.
fn taken(sql: &mut Sql, claims: &[String], first: bool) {
    let claims: Vec<String> = claims.iter().map(|claim| capped(claim)).collect();
    sql.push(", claims AS (SELECT * FROM unnest(").texts(claims.iter().map(String::as_str)).push(") AS n (key))");
    sql.push(
        ", taken AS (SELECT c.key, r.rtype, r.id FROM claims n JOIN claim c ON c.key = n.key JOIN resource r ON r.pk = c.resource",
    );
    if !first {
        sql.push(" WHERE c.resource <> coalesce((SELECT pk FROM earlier), 0)");
    }
    sql.push(" ORDER BY c.key LIMIT 1)");
}

/// Current, history and commit sequence. `fresh` is empty, and with it all that follows, when a claim is taken.
fn versions(sql: &mut Sql, first: bool, claims: bool) {
    let pk = if first { "g.seq" } else { "coalesce((SELECT pk FROM earlier), g.seq)" };
    sql.push(&format!(", fresh AS (SELECT g.*, {pk} AS pk FROM given g"));
    sql.push(if claims { " WHERE NOT EXISTS (SELECT 1 FROM taken))" } else { ")" });
    if !first {
        sql.push(", prior AS (SELECT e.* FROM earlier e, fresh)");
    }
    sql.push(
        ", now_current AS (INSERT INTO resource (pk, rtype, id, version, last_updated, patient, owner, deleted, seq, body) \
         SELECT pk, rtype, id, version, last_updated, patient, owner, deleted, seq, body FROM fresh",
    );
    if !first {
        sql.push(
            " ON CONFLICT (pk) DO UPDATE SET version = excluded.version, last_updated = excluded.last_updated, \
             patient = excluded.patient, owner = excluded.owner, deleted = excluded.deleted, seq = excluded.seq, \
             body = excluded.body",
        );
    }
    sql.push(
        "), now_history AS (INSERT INTO history (resource, version, last_updated, patient, owner, deleted, seq, body, method) \
         SELECT pk, version, last_updated, patient, owner, deleted, seq, body, method FROM fresh), \
         now_change AS (INSERT INTO change (seq, rtype, id, version, kind, patient, owner) \
         SELECT seq, rtype, id, version, CASE WHEN deleted THEN 'delete'",
    );
    if !first {
        sql.push(" WHEN EXISTS (SELECT 1 FROM prior p WHERE NOT p.deleted) THEN 'update'");
    }
    sql.push(" ELSE 'create' END, patient, owner FROM fresh)");
}

fn hold(sql: &mut Sql, first: bool) {
    if !first {
        sql.push(
            ", less_claims AS (DELETE FROM claim c USING prior p WHERE c.resource = p.pk \
             AND NOT EXISTS (SELECT 1 FROM claims n WHERE n.key = c.key))",
        );
    }
    sql.push(", more_claims AS (INSERT INTO claim (key, resource) SELECT n.key, f.pk FROM claims n, fresh f");
    sql.push(if first { ")" } else { " ON CONFLICT (key) DO NOTHING)" });
}

fn grant(sql: &mut Sql, grants: &[Grant], first: bool) {
    sql.push(", grants AS (SELECT * FROM unnest(").texts(grants.iter().map(|grant| grant.patient.as_str()));
    sql.push(", ").texts(grants.iter().map(|grant| grant.organisation.as_str()));
    sql.push(", ").texts(grants.iter().map(|grant| grant.reach.as_str()));
    sql.push(", ").texts(grants.iter().map(|grant| grant.basis));
    sql.push(", ").numbers(grants.iter().map(|grant| grant.valid_from));
    sql.push(", ").numbers(grants.iter().map(|grant| grant.valid_to));
    sql.push(") WITH ORDINALITY AS n (patient, organisation, reach, basis, valid_from, valid_to, number))");
    if !first {
        sql.push(
            ", less_grants AS (DELETE FROM access_grant a USING prior p WHERE a.source = p.pk \
             AND a.number > (SELECT count(*) FROM grants))",
        );
    }
    sql.push(
        ", more_grants AS (INSERT INTO access_grant \
         (source, number, patient, organisation, reach, basis, valid_from, valid_to) \
         SELECT f.pk, n.number, n.patient, n.organisation, n.reach, n.basis, n.valid_from, n.valid_to FROM grants n, fresh f",
    );
    if !first {
        sql.push(
            " ON CONFLICT (source, number) DO UPDATE SET patient = excluded.patient, \
             organisation = excluded.organisation, reach = excluded.reach, basis = excluded.basis, \
             valid_from = excluded.valid_from, valid_to = excluded.valid_to",
        );
    }
    sql.push(")");
}
