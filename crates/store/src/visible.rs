//! **The one authorised base relation** (`ARCHITECTURE.md`, invariants): what an organisation may see. Read, search, include
//! and totals all narrow with it; what it leaves out does not exist. It stands here twice, as SQL for many resources and as
//! a statement prepared once for a single one (the most frequent request); the tests ask both the same questions.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{access_grant, resource};
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::Stored;
use diesel::dsl::exists;
use diesel::prelude::*;
use varde_fhir::registry::{Group, served, served_types};
use varde_fhir::{Micros, ResourceKey};

/// Through whose eyes the store is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The tenant (orgnr); `None` sees everything and is for internal use only.
    pub organisation: Option<String>,
    /// The instant at which grants are judged, UTC microseconds.
    pub now: Micros,
}

/// Adds the predicate for the table `resource` under the name `r`: a directory type, or the organisation's own, or granted
/// now for this patient by whoever owns it, unless it is labelled as protected. Nobody opens what another organisation
/// wrote, to themselves or to a third (docs/decisions/0004).
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

/// Adds the predicate that neither the resource `r` nor its owner's Patient of the same person is labelled as of a patient whose
/// address is protected (docs/decisions/0007).
fn open(sql: &mut Sql, r: &str) {
    let label = "l.param = '_security' AND l.code IN ('R', 'V')";
    sql.push(&format!("NOT EXISTS (SELECT 1 FROM idx_token l WHERE l.resource = {r}.pk AND {label})"));
    sql.push(&format!(
        " AND NOT EXISTS (SELECT 1 FROM resource x JOIN idx_token l ON l.resource = x.pk WHERE x.patient = {r}.patient \
         AND x.rtype = 'Patient' AND x.owner = {r}.owner AND {label})"
    ));
}

impl Session<'_> {
    /// Whether `view` may see this resource now: [`visible`], for one.
    pub(crate) fn sees(&mut self, stored: &Stored, view: &View) -> Result<bool, StoreError> {
        let Some(organisation) = &view.organisation else { return Ok(true) };
        let directory = served(stored.key.rtype).is_some_and(|served| served.group == Group::Directory);
        if directory || stored.owner.as_ref() == Some(organisation) {
            return Ok(true);
        }
        // With a deleted resource its labels are gone; what it was is its owner's alone.
        let (Some(patient), Some(owner), false) = (&stored.patient, &stored.owner, stored.deleted) else {
            return Ok(false);
        };
        let reach = access_grant::reach
            .eq("*")
            .or(access_grant::reach.eq(stored.key.rtype.as_str()))
            .or(access_grant::reach.eq(stored.key.to_string()));
        let grant = access_grant::table
            .inner_join(resource::table.on(resource::pk.eq(access_grant::source)))
            .filter(resource::owner.eq(owner))
            .filter(access_grant::patient.eq(patient))
            .filter(access_grant::organisation.eq(organisation))
            .filter(reach)
            .filter(access_grant::valid_from.le(view.now))
            .filter(access_grant::valid_to.gt(view.now));
        let granted = on!(&mut *self.connection, c => diesel::select(exists(grant)).get_result::<bool>(c))?;
        Ok(granted && self.is_open(&stored.key)?)
    }

    /// Whether others may hear and see of this resource at all: neither it nor its owner's Patient of the same person is labelled
    /// `R` or `V` (docs/decisions/0007).
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn is_open(&mut self, key: &ResourceKey) -> Result<bool, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT count(*) AS number FROM resource r WHERE r.rtype = ").text(key.rtype.as_str());
        sql.push(" AND r.id = ").text(key.id.as_str()).push(" AND ");
        open(&mut sql, "r");
        Ok(sql.load_number(self.connection)? > 0)
    }
}
