//! **The one authorised base relation** (`ARCHITECTURE.md`, invariants): what an organisation may see. Read, search, include
//! and totals all narrow with it; what it leaves out does not exist.

use crate::sql::Sql;
use std::sync::LazyLock;
use varde_fhir::registry::{Group, served_types};
use varde_fhir::{Micros, ResourceType};

/// Through whose eyes the store is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The tenant (orgnr); `None` sees everything and is for internal use only.
    pub organisation: Option<String>,
    /// The instant at which grants are judged, UTC microseconds.
    pub now: Micros,
}

/// The types everybody sees.
static DIRECTORY: LazyLock<Vec<ResourceType>> = LazyLock::new(|| {
    let types = served_types().iter().filter(|served| served.group == Group::Directory);
    types.map(|served| served.rtype).collect()
});

/// Whether everybody sees this type.
pub(crate) fn seen_by_all(rtype: ResourceType) -> bool {
    DIRECTORY.contains(&rtype)
}

/// Adds the predicate for the table `resource` under the name `r`: a directory type, or the organisation's own, or granted
/// now for this patient by whoever owns it, unless it is labelled as protected. Nobody opens what another organisation
/// wrote, to themselves or to a third (docs/decisions/0004).
pub(crate) fn visible(sql: &mut Sql, r: &str, view: &View) {
    let Some(organisation) = &view.organisation else {
        sql.push("1 = 1");
        return;
    };
    sql.push("(");
    by_itself(sql, r, organisation);
    sql.push(&format!(
        " OR (EXISTS (SELECT 1 FROM access_grant g JOIN resource s ON s.pk = g.source AND s.owner = {r}.owner WHERE g.organisation = "
    ));
    sql.text(organisation);
    sql.push(&format!(
        " AND g.patient = {r}.patient AND g.reach IN ('*', {r}.rtype, {r}.rtype || '/' || {r}.id) AND g.valid_from <= "
    ));
    sql.number(view.now).push(" AND g.valid_to > ").number(view.now).push(") AND ");
    open(sql, r);
    sql.push("))");
}

/// [`visible`] for one resource that may be deleted: its labels are gone then, and what it was is its owner's alone.
pub(crate) fn visible_even_deleted(sql: &mut Sql, r: &str, view: &View) {
    visible(sql, r, view);
    if let Some(organisation) = &view.organisation {
        sql.push(&format!(" AND (NOT {r}.deleted OR "));
        by_itself(sql, r, organisation);
        sql.push(")");
    }
}

/// Without anybody's grant: the organisation's own, and the directory.
fn by_itself(sql: &mut Sql, r: &str, organisation: &str) {
    sql.push(&format!("{r}.owner = ")).text(organisation);
    // One by one: of a list SQLite makes a table for each statement.
    for rtype in DIRECTORY.iter() {
        for text in [" OR ", r, ".rtype = '", rtype.as_str(), "'"] {
            sql.push(text);
        }
    }
}

/// Adds the predicate that neither the resource `r` nor its owner's Patient of the same person is labelled as of a patient whose
/// address is protected (docs/decisions/0007).
pub(crate) fn open(sql: &mut Sql, r: &str) {
    let label = "l.param = '_security' AND l.code IN ('R', 'V')";
    sql.push(&format!("NOT EXISTS (SELECT 1 FROM idx_token l WHERE l.resource = {r}.pk AND {label})"));
    sql.push(&format!(
        " AND NOT EXISTS (SELECT 1 FROM resource x JOIN idx_token l ON l.resource = x.pk WHERE x.patient = {r}.patient \
         AND x.rtype = 'Patient' AND x.owner = {r}.owner AND {label})"
    ));
}
