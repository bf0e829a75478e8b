//! `_include` and `_revinclude`: one query each for the whole page; what may not be seen is not included
//! <https://hl7.org/fhir/R4/search.html#include>.

use super::predicate::Of;
use crate::error::StoreError;
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{ROW_TEXT, Row, Stored};
use crate::visible::{View, visible};
use std::collections::BTreeSet;
use varde_fhir::ResourceType;
use varde_fhir::query::{Include, Query};

/// The most resources a page includes beside its matches.
const MOST: usize = 1000;
/// How many references away from a match `:iterate` goes.
const FARTHEST: usize = 5;

impl Session<'_> {
    /// What a page's matches refer to, and what refers to them, each once and not again what matches.
    pub(crate) fn included(&mut self, query: &Query, view: &View, matches: &[Row]) -> Result<Vec<Stored>, StoreError> {
        let mut known: BTreeSet<i64> = matches.iter().map(|row| row.pk).collect();
        let mut included = Vec::new();
        let forward = query.includes.iter().map(|include| (include, targets as Wanted));
        let backward = query.revincludes.iter().map(|include| (include, sources as Wanted));
        let mut asked: Vec<(&Include, Wanted)> = forward.chain(backward).collect();
        let mut from: Vec<i64> = known.iter().copied().collect();
        for _ in 0..FARTHEST {
            let mut fresh = Vec::new();
            for (include, wanted) in &asked {
                if from.is_empty() || included.len() >= MOST {
                    break;
                }
                let types = query.includable.as_deref();
                for row in self.include(include, *wanted, types, view, &from)? {
                    if included.len() < MOST && known.insert(row.pk) {
                        fresh.push(row.pk);
                        included.push(row.stored()?);
                    }
                }
            }
            asked.retain(|(include, _)| include.iterate);
            from = fresh;
        }
        Ok(included)
    }

    fn include(
        &mut self,
        include: &Include,
        wanted: Wanted,
        types: Option<&[ResourceType]>,
        view: &View,
        page: &[i64],
    ) -> Result<Vec<Row>, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT ").push(ROW_TEXT).push(" FROM resource r WHERE NOT r.deleted AND ");
        visible(&mut sql, "r", view);
        if let Some(types) = types {
            sql.push(" AND ");
            Of { row: "r", types }.typed(&mut sql, "r.rtype");
        }
        sql.push(" AND r.pk IN (");
        wanted(&mut sql, include, page);
        sql.push(") AND NOT r.pk").in_numbers(page);
        sql.push(" ORDER BY r.pk").limit(i64::try_from(MOST).unwrap_or(i64::MAX));
        sql.load(self.connection)
    }
}

/// Adds the query for the internal keys that an include adds. SQLite takes the tables of a CROSS JOIN in the order in which they
/// stand: from the page on.
type Wanted = fn(&mut Sql, &Include, &[i64]);

/// What the page refers to: literal targets, and for a reference to a patient every Patient of that person.
fn targets(sql: &mut Sql, include: &Include, page: &[i64]) {
    sql.push("SELECT t.pk FROM ").table("page", "pk", page).push(" CROSS JOIN idx_reference i CROSS JOIN resource t");
    from_page(sql, include);
    sql.push(" AND t.rtype = i.target_type AND t.id = i.target_id");
    if let Some(target) = include.target {
        sql.push(&format!(" AND i.target_type = '{target}'"));
    }
    if include.target.is_none_or(|target| target == ResourceType::Patient) {
        sql.push(" UNION SELECT t.pk FROM ").table("page", "pk", page);
        sql.push(" CROSS JOIN idx_reference i CROSS JOIN resource t");
        from_page(sql, include);
        sql.push(" AND t.patient = i.person AND t.rtype = 'Patient' AND i.person <> ''");
    }
}

fn from_page(sql: &mut Sql, include: &Include) {
    sql.push(" WHERE i.resource = page.pk AND i.rtype = ").text(include.source.as_str());
    sql.push(" AND i.param = ").text(include.param.name);
}

/// What refers to the page: by literal, and to its patients by person.
fn sources(sql: &mut Sql, include: &Include, page: &[i64]) {
    sql.push("SELECT i.resource FROM ").table("page", "pk", page);
    sql.push(" CROSS JOIN resource t CROSS JOIN idx_reference i");
    to_page(sql, include);
    sql.push(" AND i.target_type = t.rtype AND i.target_id = t.id UNION SELECT i.resource FROM ");
    sql.table("page", "pk", page).push(" CROSS JOIN resource t CROSS JOIN idx_reference i");
    to_page(sql, include);
    sql.push(" AND i.person = t.patient AND i.person <> '' AND t.rtype = 'Patient'");
}

fn to_page(sql: &mut Sql, include: &Include) {
    sql.push(" WHERE t.pk = page.pk AND i.rtype = ").text(include.source.as_str());
    sql.push(" AND i.param = ").text(include.param.name);
    if let Some(target) = include.target {
        sql.push(" AND t.rtype = ").text(target.as_str());
    }
}
