//! **The one authorised base relation** (`ARCHITECTURE.md`, invariants): what an organisation may see. Read, search, include
//! and totals all narrow with this one predicate; what it leaves out does not exist.

use crate::sql::Sql;
use varde_fhir::Micros;
use varde_fhir::registry::{Group, served_types};

/// Through whose eyes the store is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The tenant (orgnr); `None` sees everything and is for internal use only.
    pub organisation: Option<String>,
    /// The instant at which grants are judged, UTC microseconds.
    pub now: Micros,
}

/// Adds the predicate for the table `resource` under the name `r`: a directory type, or the organisation's own, or granted
/// now for this patient.
pub(crate) fn visible(sql: &mut Sql, r: &str, view: &View) {
    let Some(organisation) = &view.organisation else {
        sql.push("1 = 1");
        return;
    };
    let directory: Vec<String> = served_types()
        .iter()
        .filter(|served| served.group == Group::Directory)
        .map(|served| format!("'{}'", served.rtype))
        .collect();
    sql.push(&format!("({r}.rtype IN ({}) OR {r}.owner = ", directory.join(", "))).text(organisation);
    sql.push(" OR EXISTS (SELECT 1 FROM access_grant g WHERE g.organisation = ").text(organisation);
    sql.push(&format!(
        " AND g.patient = {r}.patient AND g.reach IN ('*', {r}.rtype, {r}.rtype || '/' || {r}.id) AND g.valid_from <= "
    ));
    sql.number(view.now).push(" AND g.valid_to > ").number(view.now).push("))");
}
