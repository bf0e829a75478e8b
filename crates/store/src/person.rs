//! `person` and `ensure_person`: the internal key of a human, found by national-number identifiers.
//!
//! Each tenant may hold its own `Patient` for the same human, and EPJ systems name people by number alone
//! <https://hl7.org/fhir/R4/references.html#logical>; rules and grants work on the key, which says nothing by itself.

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{idx_reference, person, person_identifier};
use crate::session::Session;
use crate::text::key as capped;
use diesel::prelude::*;
use varde_fhir::identifier::is_national_system;

impl Session<'_> {
    /// The person key that the first known of these identifiers (system, value) has.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn person(&mut self, identifiers: &[(String, String)]) -> Result<Option<String>, StoreError> {
        for (system, value) in identifiers {
            let found = on!(&mut *self.connection, c => person_identifier::table
                .filter(person_identifier::system.eq(capped(system)))
                .filter(person_identifier::value.eq(capped(value)))
                .select(person_identifier::person)
                .first::<String>(c)
                .optional())?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The person key of these identifiers, a new one when none is known; unknown identifiers are added to it. An identifier
    /// that another person already has stays there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn ensure_person(&mut self, identifiers: &[(String, String)]) -> Result<String, StoreError> {
        let key = match self.person(identifiers)? {
            Some(key) => key,
            None => self.new_person(&self.clock.new_id())?,
        };
        self.add_identifiers(&key, identifiers)?;
        Ok(key)
    }

    /// Gives a person that is known by a key alone their first identifiers; `false` when they have some already. An
    /// identifier that another person has stays there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn name_person(&mut self, key: &str, identifiers: &[(String, String)]) -> Result<bool, StoreError> {
        let named = on!(&mut *self.connection, c => person_identifier::table
            .filter(person_identifier::person.eq(key))
            .select(person_identifier::value)
            .first::<String>(c)
            .optional())?;
        if named.is_some() {
            return Ok(false);
        }
        self.new_person(key)?;
        self.add_identifiers(key, identifiers)?;
        Ok(true)
    }

    fn add_identifiers(&mut self, key: &str, identifiers: &[(String, String)]) -> Result<(), StoreError> {
        for (system, value) in identifiers {
            let row = (
                person_identifier::system.eq(capped(system)),
                person_identifier::value.eq(capped(value)),
                person_identifier::person.eq(key),
            );
            let added = on!(&mut *self.connection, c => diesel::insert_into(person_identifier::table)
                .values(row)
                .on_conflict_do_nothing()
                .execute(c))?;
            if added > 0 && is_national_system(system) {
                self.name_in_references(system, value, key)?;
            }
        }
        Ok(())
    }

    fn new_person(&mut self, key: &str) -> Result<String, StoreError> {
        let row = (person::key.eq(key), person::created.eq(self.clock.now()));
        on!(&mut *self.connection, c => diesel::insert_into(person::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
        Ok(key.to_owned())
    }

    /// Logical references that came before the person was known are found by its key from now on.
    fn name_in_references(&mut self, system: &str, value: &str, person: &str) -> Result<(), StoreError> {
        on!(&mut *self.connection, c => diesel::update(idx_reference::table)
            .filter(idx_reference::value.eq(capped(value)))
            .filter(idx_reference::system.eq(capped(system)))
            .filter(idx_reference::target_type.eq_any(["", "Patient"]))
            .filter(idx_reference::person.eq(""))
            .set(idx_reference::person.eq(person))
            .execute(c))?;
        Ok(())
    }
}
