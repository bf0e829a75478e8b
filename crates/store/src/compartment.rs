//! `compartment`, `look_up` and their kin: what the rules, the operations and conditional writes look at, many at a time
//! <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>.

use crate::error::StoreError;
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{ROW_TEXT, Row, Stored};
use crate::text::{clean, key as capped};
use crate::visible::{View, visible};
use diesel::deserialize::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use varde_fhir::{ResourceKey, ResourceType};

/// A type and a business identifier (system, value).
pub type Identified = (ResourceType, String, String);

/// A row, and the identifier it was asked for by; empty texts when it was by its address.
#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    system: String,
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(embed)]
    row: Row,
}

/// A row, and the place of what it was asked for by.
#[derive(QueryableByName)]
struct Placed {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(embed)]
    row: Row,
}

impl Session<'_> {
    /// Every current resource of these types that belongs to the person, oldest first, whoever may see it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn compartment(&mut self, person: &str, types: &[ResourceType]) -> Result<Vec<Stored>, StoreError> {
        let everything = View { organisation: None, now: 0 };
        self.coordination(&[person.to_owned()], types, &[], &everything)
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
        self.coordination(&[person.to_owned()], &[], types, view)
    }

    /// The current resources that belong to these people, oldest first: those of the types in `all` whoever may see them, and
    /// those of the types in `seen` as far as `view` may see them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn coordination(
        &mut self,
        people: &[String],
        all: &[ResourceType],
        seen: &[ResourceType],
        view: &View,
    ) -> Result<Vec<Stored>, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT ").push(ROW_TEXT).push(" FROM resource r WHERE r.patient");
        sql.in_texts(people.iter().map(|person| clean(person)));
        sql.push(" AND NOT r.deleted AND (1 = 0");
        if !all.is_empty() {
            sql.push(" OR ").push(&of_types(all));
        }
        if !seen.is_empty() {
            sql.push(" OR (").push(&of_types(seen)).push(" AND ");
            visible(&mut sql, "r", view);
            sql.push(")");
        }
        sql.push(") ORDER BY r.pk");
        sql.load::<Row>(self.connection)?.into_iter().map(Row::stored).collect()
    }

    /// The current resources of these types, as far as `view` may see them, that belong to whom each of these national numbers
    /// (system, value) names: with the number's place in the list, in that order, oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn coordination_by_number(
        &mut self,
        numbers: &[(String, String)],
        types: &[ResourceType],
        view: &View,
    ) -> Result<Vec<(usize, Stored)>, StoreError> {
        let rows = numbers
            .iter()
            .enumerate()
            .map(|(place, (system, value))| [place.to_string(), capped(system), capped(value)]);
        let mut sql = Sql::new();
        sql.push("SELECT CAST(asked.place AS BIGINT) AS place, ").push(ROW_TEXT).push(" FROM ");
        sql.rows("asked", ["place", "system", "value"], rows);
        sql.push(
            " CROSS JOIN person_identifier n CROSS JOIN resource r WHERE n.system = asked.system \
             AND n.value = asked.value AND r.patient = n.person AND NOT r.deleted AND ",
        );
        sql.push(&of_types(types)).push(" AND ");
        visible(&mut sql, "r", view);
        let mut found = sql.load::<Placed>(self.connection)?;
        // Here and not by the database, whose sort would move the bodies about.
        found.sort_unstable_by_key(|found| (found.place, found.row.pk));
        found
            .into_iter()
            .map(|found| Ok((usize::try_from(found.place).unwrap_or_default(), found.row.stored()?)))
            .collect()
    }

    /// Every current resource of the type with this business identifier, oldest first, whoever may see it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn by_identifier(&mut self, rtype: ResourceType, system: &str, value: &str) -> Result<Vec<Stored>, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT ")
            .push(ROW_TEXT)
            .push(" FROM idx_token t JOIN resource r ON r.pk = t.resource WHERE t.rtype = ");
        sql.text(rtype.as_str()).push(" AND t.param = 'identifier' AND t.code = ").text(&capped(value));
        sql.push(" AND t.system = ").text(&capped(system)).push(" AND NOT r.deleted ORDER BY r.pk");
        sql.load::<Row>(self.connection)?.into_iter().map(Row::stored).collect()
    }

    /// What stands at these addresses, deleted or not, and the current resources with these business identifiers, oldest first,
    /// whoever may see them: each of them with the identifier it was asked for by.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn look_up(
        &mut self,
        keys: &[ResourceKey],
        identified: &[Identified],
    ) -> Result<Vec<(Option<Identified>, Stored)>, StoreError> {
        if keys.is_empty() && identified.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new();
        sql.push("SELECT '' AS system, '' AS value, ").push(ROW_TEXT).push(" FROM ");
        sql.rows("asked", ["rtype", "id"], keys.iter().map(|key| [key.rtype.to_string(), clean(key.id.as_str())]));
        sql.push(" CROSS JOIN resource r WHERE r.rtype = asked.rtype AND r.id = asked.id UNION ALL SELECT ");
        sql.push("t.system, t.code, ").push(ROW_TEXT).push(" FROM ");
        let rows = identified.iter().map(|(rtype, system, value)| [rtype.to_string(), capped(system), capped(value)]);
        sql.rows("asked", ["rtype", "system", "value"], rows);
        sql.push(
            " CROSS JOIN idx_token t CROSS JOIN resource r WHERE t.rtype = asked.rtype AND t.param = 'identifier' \
             AND t.code = asked.value AND t.system = asked.system AND r.pk = t.resource AND NOT r.deleted ORDER BY pk",
        );
        let found = sql.load::<Found>(self.connection)?;
        let mut answers = Vec::with_capacity(found.len());
        for Found { system, value, row } in found {
            let stored = row.stored()?;
            // Asked for by its full text, found by its capped one.
            let by = identified
                .iter()
                .find(|(rtype, s, v)| *rtype == stored.key.rtype && capped(s) == system && capped(v) == value);
            answers.push((by.cloned(), stored));
        }
        Ok(answers)
    }
}

fn of_types(types: &[ResourceType]) -> String {
    let types: Vec<String> = types.iter().map(|rtype| format!("'{rtype}'")).collect();
    format!("r.rtype IN ({})", types.join(", "))
}
