//! Appends entries to their tenants' chains: many with few statements, since every read leaves one.

use super::link::{BEGINNING, Link};
use super::row::AuditRow;
use crate::connection::{Connection, PgConnection, on};
use crate::error::StoreError;
use crate::schema::{audit, audit_head};
use crate::text::clean;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel::upsert::excluded;
use std::collections::BTreeMap;

/// Appends the entries in their order, inside the writer's transaction.
pub(crate) fn append(connection: &mut Connection, rows: &[AuditRow]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut heads = heads(connection, rows)?;
    let links: Vec<Link> = rows
        .iter()
        .map(|row| {
            let tenant = clean(&row.tenant);
            let (number, previous) = heads.entry(tenant.clone()).or_insert_with(|| (0, BEGINNING.to_owned()));
            let mut link = link_of(row, tenant, *number + 1);
            link.hash = link.hash_after(previous);
            (*number, *previous) = (link.number, link.hash.clone());
            link
        })
        .collect();
    match connection {
        Connection::Sqlite(c) => {
            for link in &links {
                diesel::insert_into(audit::table).values(link).execute(&mut ***c)?;
            }
        }
        Connection::Postgres(c) => insert_all(c, &links)?,
    }
    put_heads(connection, &heads)
}

type Heads = BTreeMap<String, (i64, String)>;

/// The newest link of each chain that is to grow.
fn heads(connection: &mut Connection, rows: &[AuditRow]) -> Result<Heads, StoreError> {
    let mut tenants: Vec<String> = rows.iter().map(|row| clean(&row.tenant)).collect();
    tenants.sort();
    tenants.dedup();
    let columns = (audit_head::tenant, audit_head::number, audit_head::hash);
    let found: Vec<(String, i64, String)> = match connection {
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
    Ok(found.into_iter().map(|(tenant, number, hash)| (tenant, (number, hash))).collect())
}

fn put_heads(connection: &mut Connection, heads: &Heads) -> Result<(), StoreError> {
    for (tenant, (number, hash)) in heads {
        let head = (audit_head::tenant.eq(tenant), audit_head::number.eq(number), audit_head::hash.eq(hash));
        on!(&mut *connection, c => diesel::insert_into(audit_head::table)
            .values(head)
            .on_conflict(audit_head::tenant)
            .do_update()
            .set((audit_head::number.eq(excluded(audit_head::number)), audit_head::hash.eq(excluded(audit_head::hash))))
            .execute(c))?;
    }
    Ok(())
}

const INSERT_ALL: &str = "INSERT INTO audit (tenant, number, id, at, request_id, client, person, action, interaction, target, \
                          status, patient, basis, shown, hash) \
                          SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

/// One statement, one round trip, whatever the number.
fn insert_all(connection: &mut PgConnection, links: &[Link]) -> Result<(), StoreError> {
    let texts = |column: fn(&Link) -> &String| links.iter().map(|link| column(link).as_str()).collect::<Vec<_>>();
    let numbers = |column: fn(&Link) -> i64| links.iter().map(column).collect::<Vec<_>>();
    let options =
        |column: fn(&Link) -> &Option<String>| links.iter().map(|link| column(link).as_deref()).collect::<Vec<_>>();
    diesel::sql_query(INSERT_ALL)
        .bind::<Array<Text>, _>(texts(|link| &link.tenant))
        .bind::<Array<BigInt>, _>(numbers(|link| link.number))
        .bind::<Array<Text>, _>(texts(|link| &link.id))
        .bind::<Array<BigInt>, _>(numbers(|link| link.at))
        .bind::<Array<Text>, _>(texts(|link| &link.request_id))
        .bind::<Array<Text>, _>(texts(|link| &link.client))
        .bind::<Array<Nullable<Text>>, _>(options(|link| &link.person))
        .bind::<Array<Text>, _>(texts(|link| &link.action))
        .bind::<Array<Text>, _>(texts(|link| &link.interaction))
        .bind::<Array<Nullable<Text>>, _>(options(|link| &link.target))
        .bind::<Array<BigInt>, _>(numbers(|link| link.status))
        .bind::<Array<Nullable<Text>>, _>(options(|link| &link.patient))
        .bind::<Array<Text>, _>(texts(|link| &link.basis))
        .bind::<Array<Text>, _>(texts(|link| &link.shown))
        .bind::<Array<Text>, _>(texts(|link| &link.hash))
        .execute(connection)?;
    Ok(())
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
