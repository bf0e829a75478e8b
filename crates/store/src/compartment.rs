//! `compartment` and `by_identifier`: what the rules and conditional writes look at
//! <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{idx_token, resource};
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{CURRENT, ROW_TEXT, Row, Stored};
use crate::text::{clean, key};
use crate::visible::{View, visible};
use diesel::prelude::*;
use varde_fhir::ResourceType;

impl Session<'_> {
    /// Every current resource of these types that belongs to the person, oldest first, whoever may see it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn compartment(&mut self, person: &str, types: &[ResourceType]) -> Result<Vec<Stored>, StoreError> {
        let types: Vec<&str> = types.iter().map(|rtype| rtype.as_str()).collect();
        let rows = on!(&mut *self.connection, c => resource::table
            .filter(resource::patient.eq(clean(person)))
            .filter(resource::rtype.eq_any(&types))
            .filter(resource::deleted.eq(false))
            .order(resource::pk)
            .select(CURRENT)
            .load::<Row>(c))?;
        rows.into_iter().map(Row::stored).collect()
    }

    /// The current resources of these types that belong to the person and that `view` may see, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn compartment_visible(
        &mut self,
        person: &str,
        types: &[ResourceType],
        view: &View,
    ) -> Result<Vec<Stored>, StoreError> {
        let types: Vec<String> = types.iter().map(|rtype| format!("'{rtype}'")).collect();
        let mut sql = Sql::new();
        sql.push("SELECT ").push(ROW_TEXT).push(" FROM resource r WHERE r.patient = ").text(&clean(person));
        sql.push(" AND NOT r.deleted").push(&format!(" AND r.rtype IN ({})", types.join(", "))).push(" AND ");
        visible(&mut sql, "r", view);
        sql.push(" ORDER BY r.pk");
        sql.load::<Row>(self.connection)?.into_iter().map(Row::stored).collect()
    }

    /// Every current resource of the type with this business identifier, oldest first, whoever may see it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn by_identifier(&mut self, rtype: ResourceType, system: &str, value: &str) -> Result<Vec<Stored>, StoreError> {
        let rows = on!(&mut *self.connection, c => idx_token::table
            .inner_join(resource::table.on(resource::pk.eq(idx_token::resource)))
            .filter(idx_token::rtype.eq(rtype.as_str()))
            .filter(idx_token::param.eq("identifier"))
            .filter(idx_token::code.eq(key(value)))
            .filter(idx_token::system.eq(key(system)))
            .filter(resource::deleted.eq(false))
            .order(resource::pk)
            .select(CURRENT)
            .load::<Row>(c))?;
        rows.into_iter().map(Row::stored).collect()
    }
}
