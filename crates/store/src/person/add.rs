//! A person made known, and identifiers given to them. Logical references that came before the person was known are found by
//! the person's key from then on.

use crate::connection::{Connection, on};
use crate::error::StoreError;
use crate::schema::{person, person_identifier};
use crate::session::Session;
use crate::sql::Sql;
use crate::text::key as capped;
use diesel::prelude::*;
use varde_fhir::Micros;
use varde_fhir::identifier::is_national_system;

impl Session<'_> {
    /// Adds the identifiers to the person; one that another person has stays there.
    pub(crate) fn add_identifiers(&mut self, key: &str, identifiers: &[(String, String)]) -> Result<(), StoreError> {
        let now = self.clock.now();
        match self.connection {
            Connection::Sqlite(_) => self.add_one_by_one(key, identifiers, now),
            Connection::Postgres(_) => together(key, identifiers, now).run(self.connection),
        }
    }

    fn add_one_by_one(&mut self, key: &str, identifiers: &[(String, String)], now: Micros) -> Result<(), StoreError> {
        let new = (person::key.eq(key), person::created.eq(now));
        on!(&mut *self.connection, c => diesel::insert_into(person::table)
            .values(new)
            .on_conflict_do_nothing()
            .execute(c))?;
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
                let mut sql = Sql::new();
                sql.push("UPDATE idx_reference SET person = ").text(key).push(" WHERE value = ").text(&capped(value));
                sql.push(" AND value <> '' AND system = ").text(&capped(system));
                sql.push(" AND target_type IN ('', 'Patient') AND person = ''");
                sql.run(self.connection)?;
            }
        }
        Ok(())
    }
}

/// The same in one round trip.
fn together(key: &str, identifiers: &[(String, String)], now: Micros) -> Sql {
    let row = |(system, value): &(String, String)| {
        let national = if is_national_system(system) { "yes" } else { "no" };
        [capped(system), capped(value), national.to_owned()]
    };
    let mut sql = Sql::new();
    sql.push("WITH given AS (SELECT * FROM ");
    sql.rows("given", ["system", "value", "national"], identifiers.iter().map(row));
    sql.push("), somebody AS (INSERT INTO person (key, created) VALUES (").text(key).push(", ").number(now);
    sql.push(
        ") ON CONFLICT DO NOTHING), \
         named AS (INSERT INTO person_identifier (system, value, person) SELECT given.system, given.value, ",
    );
    sql.text(key).push(
        " FROM given ON CONFLICT DO NOTHING RETURNING system, value) \
         UPDATE idx_reference i SET person = ",
    );
    sql.text(key).push(
        " FROM named JOIN given ON given.system = named.system AND given.value = named.value AND given.national = 'yes' \
         WHERE i.value = named.value AND i.value <> '' AND i.system = named.system AND i.target_type IN ('', 'Patient') AND i.person = ''",
    );
    sql
}
