//! Appends entries to their tenants' chains: many with few statements, since every read leaves one.

use super::link::{BEGINNING, Link};
use super::row::AuditRow;
use super::runs::{self, RUN};
use crate::connection::{Connection, PgConnection, on};
use crate::error::StoreError;
use crate::schema::{audit, audit_head};
use crate::sql::Sql;
use crate::text::clean;
use diesel::prelude::*;
use diesel::upsert::excluded;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Appends the entries in their order, inside the writer's transaction.
pub(crate) fn append(connection: &mut Connection, rows: &[Arc<AuditRow>]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut heads = heads(connection, rows)?;
    let links: Vec<Link> = rows
        .iter()
        .map(|row| {
            let tenant = clean(&row.tenant);
            let head = heads.entry(tenant.clone()).or_default();
            let mut link = link_of(row, tenant, head.number + 1);
            link.hash = link.hash_after(&head.hash);
            (head.number, head.hash) = (link.number, link.hash.clone());
            link
        })
        .collect();
    match connection {
        Connection::Sqlite(_) => one_by_one(connection, &links, &heads)?,
        Connection::Postgres(_) => at_once(&links, &heads).run(connection)?,
    }
    for (tenant, head) in heads.iter().filter(|(_, head)| head.number - head.runs * RUN >= RUN) {
        runs::list(connection, tenant, head.runs)?;
    }
    Ok(())
}

/// The newest link of a chain, and how much of it is listed by patient.
struct Head {
    number: i64,
    hash: String,
    runs: i64,
}

impl Default for Head {
    fn default() -> Self {
        Self { number: 0, hash: BEGINNING.to_owned(), runs: 0 }
    }
}

type Heads = BTreeMap<String, Head>;

/// The newest link of each chain that is to grow.
fn heads(connection: &mut Connection, rows: &[Arc<AuditRow>]) -> Result<Heads, StoreError> {
    let mut tenants: Vec<String> = rows.iter().map(|row| clean(&row.tenant)).collect();
    tenants.sort();
    tenants.dedup();
    let columns = (audit_head::tenant, audit_head::number, audit_head::hash, audit_head::runs);
    let found: Vec<(String, i64, String, i64)> = match connection {
        // A statement without a list, so that it is prepared once.
        Connection::Sqlite(_) => tenants
            .iter()
            .filter_map(|tenant| {
                let head = audit_head::table.find(tenant).select(columns);
                on!(&mut *connection, c => head.get_result(c).optional()).transpose()
            })
            .collect::<Result<_, _>>()?,
        Connection::Postgres(c) => {
            let c: &mut PgConnection = c;
            audit_head::table.filter(audit_head::tenant.eq_any(&tenants)).select(columns).load(c)?
        }
    };
    Ok(found.into_iter().map(|(tenant, number, hash, runs)| (tenant, Head { number, hash, runs })).collect())
}

fn one_by_one(connection: &mut Connection, links: &[Link], heads: &Heads) -> Result<(), StoreError> {
    for link in links {
        on!(&mut *connection, c => diesel::insert_into(audit::table).values(link).execute(c))?;
    }
    for (tenant, head) in heads {
        let head = (audit_head::tenant.eq(tenant), audit_head::number.eq(head.number), audit_head::hash.eq(&head.hash));
        on!(&mut *connection, c => diesel::insert_into(audit_head::table)
            .values(head)
            .on_conflict(audit_head::tenant)
            .do_update()
            .set((audit_head::number.eq(excluded(audit_head::number)), audit_head::hash.eq(excluded(audit_head::hash))))
            .execute(c))?;
    }
    Ok(())
}

/// One statement, one round trip, whatever the number.
fn at_once(links: &[Link], heads: &Heads) -> Sql {
    let mut sql = Sql::new();
    sql.push(
        "WITH links AS (INSERT INTO audit (tenant, number, id, at, request_id, client, person, action, interaction, target, \
         status, patient, basis, shown, hash) SELECT * FROM unnest(",
    );
    sql.texts(links.iter().map(|link| link.tenant.as_str())).push(", ");
    sql.numbers(links.iter().map(|link| link.number)).push(", ");
    sql.texts(links.iter().map(|link| link.id.as_str())).push(", ");
    sql.numbers(links.iter().map(|link| link.at)).push(", ");
    sql.texts(links.iter().map(|link| link.request_id.as_str())).push(", ");
    sql.texts(links.iter().map(|link| link.client.as_str())).push(", ");
    sql.optional_texts(links.iter().map(|link| link.person.as_deref())).push(", ");
    sql.texts(links.iter().map(|link| link.action.as_str())).push(", ");
    sql.texts(links.iter().map(|link| link.interaction.as_str())).push(", ");
    sql.optional_texts(links.iter().map(|link| link.target.as_deref())).push(", ");
    sql.numbers(links.iter().map(|link| link.status)).push(", ");
    sql.optional_texts(links.iter().map(|link| link.patient.as_deref())).push(", ");
    sql.texts(links.iter().map(|link| link.basis.as_str())).push(", ");
    sql.texts(links.iter().map(|link| link.shown.as_str())).push(", ");
    sql.texts(links.iter().map(|link| link.hash.as_str()));
    sql.push(")) INSERT INTO audit_head (tenant, number, hash) SELECT * FROM unnest(");
    sql.texts(heads.keys().map(String::as_str)).push(", ");
    sql.numbers(heads.values().map(|head| head.number)).push(", ");
    sql.texts(heads.values().map(|head| head.hash.as_str()));
    sql.push(") ON CONFLICT (tenant) DO UPDATE SET number = excluded.number, hash = excluded.hash");
    sql
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
