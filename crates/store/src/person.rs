//! `people` and `ensure_person`: the internal key of a human, found by national-number identifiers.
//!
//! Each tenant may hold its own `Patient` for the same human, and EPJ systems name people by number alone
//! <https://hl7.org/fhir/R4/references.html#logical>; rules and grants work on the key, which says nothing by itself.

mod add;

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::person;
use crate::session::Session;
use crate::sql::Sql;
use crate::text::key as capped;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::BTreeMap;

/// An identifier and whose it is.
#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    system: String,
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(sql_type = Text)]
    person: String,
}

impl Session<'_> {
    /// The person key that each of these identifiers (system, value) has, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn people(&mut self, identifiers: &[(String, String)]) -> Result<Vec<Option<String>>, StoreError> {
        if identifiers.is_empty() {
            return Ok(Vec::new());
        }
        let asked: Vec<[String; 2]> =
            identifiers.iter().map(|(system, value)| [capped(system), capped(value)]).collect();
        let mut sql = Sql::new();
        sql.push("SELECT n.system, n.value, n.person FROM ").rows("asked", ["system", "value"], asked.clone());
        sql.push(" CROSS JOIN person_identifier n WHERE n.system = asked.system AND n.value = asked.value");
        let found: BTreeMap<[String; 2], String> = sql
            .load::<Named>(self.connection)?
            .into_iter()
            .map(|named| ([named.system, named.value], named.person))
            .collect();
        Ok(asked.iter().map(|identifier| found.get(identifier).cloned()).collect())
    }

    /// The person key that the first known of these identifiers (system, value) has.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn person(&mut self, identifiers: &[(String, String)]) -> Result<Option<String>, StoreError> {
        Ok(self.people(identifiers)?.into_iter().flatten().next())
    }

    /// The person key of these identifiers, a new one when none is known; unknown identifiers are added to it. An identifier
    /// that another person already has stays there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn ensure_person(&mut self, identifiers: &[(String, String)]) -> Result<String, StoreError> {
        let known = self.people(identifiers)?;
        let unknown: Vec<(String, String)> =
            identifiers.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(new, _)| new.clone()).collect();
        let key = known.into_iter().flatten().next();
        self.add_person(key, &unknown)
    }

    /// The person with this key, a new one without, who has these identifiers from now on; nobody may have them yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn add_person(&mut self, key: Option<String>, identifiers: &[(String, String)]) -> Result<String, StoreError> {
        if let (Some(key), true) = (&key, identifiers.is_empty()) {
            return Ok(key.clone());
        }
        let key = key.unwrap_or_else(|| self.clock.new_id());
        self.add_identifiers(&key, identifiers)?;
        Ok(key)
    }

    /// Gives a person that is known by a key alone their first identifiers; `false` when that was done already. An identifier that
    /// another person has stays there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn name_person(&mut self, key: &str, identifiers: &[(String, String)]) -> Result<bool, StoreError> {
        let named = on!(&mut *self.connection, c => person::table
            .find(key)
            .select(person::created)
            .get_result::<i64>(c)
            .optional())?;
        if named.is_some() {
            return Ok(false);
        }
        self.add_identifiers(key, identifiers)?;
        Ok(true)
    }
}
