//! The search index of one resource: what `varde_fhir::index::extract` finds, as rows
//! <https://hl7.org/fhir/R4/searchparameter-registry.html>.

mod rows;

use crate::connection::{Connection, on};
use crate::error::StoreError;
use crate::schema::{idx_date, idx_reference, idx_text, idx_token, idx_uri, resource};
use crate::session::Session;
use diesel::prelude::*;
pub(crate) use rows::IndexRows;
use rows::{DateRow, ReferenceRow, TextRow, TokenRow, UriRow};
use varde_fhir::ResourceType;
use varde_fhir::index::IndexEntry;

/// Rows in one insert on PostgreSQL, which has a round trip for each statement and a bound on its values. SQLite has
/// neither: there a prepared statement for one row is the fastest.
const CHUNK: usize = 500;

/// Once for each index table.
macro_rules! each_table {
    ($verb:ident) => {
        $verb!(idx_token, TokenRow, tokens);
        $verb!(idx_reference, ReferenceRow, references);
        $verb!(idx_date, DateRow, dates);
        $verb!(idx_text, TextRow, texts);
        $verb!(idx_uri, UriRow, uris);
    };
}

impl Session<'_> {
    /// The rows of these entries, with the person key in every reference to a patient.
    pub(crate) fn index_rows(
        &mut self,
        pk: i64,
        rtype: ResourceType,
        entries: Vec<IndexEntry>,
    ) -> Result<IndexRows, StoreError> {
        let mut rows = IndexRows::new(pk, rtype, entries);
        for row in &mut rows.references {
            row.person = self.person_of(row)?.unwrap_or_default();
        }
        Ok(rows)
    }

    /// Whose patient a reference points at: by the literal `Patient/id`, else by a national number.
    fn person_of(&mut self, row: &ReferenceRow) -> Result<Option<String>, StoreError> {
        if row.target_type == "Patient" && !row.target_id.is_empty() {
            let person = on!(&mut *self.connection, c => resource::table
                .filter(resource::rtype.eq("Patient"))
                .filter(resource::id.eq(&row.target_id))
                .select(resource::patient)
                .first::<Option<String>>(c)
                .optional())?
            .flatten();
            if person.is_some() {
                return Ok(person);
            }
        }
        if row.names_a_person() {
            return self.person(&[(row.system.clone(), row.value.clone())]);
        }
        Ok(None)
    }

    /// A `Patient` was put: references to it that are stored already follow its person key.
    pub(crate) fn repoint_references(&mut self, id: &str, person: Option<&str>) -> Result<(), StoreError> {
        on!(&mut *self.connection, c => diesel::update(idx_reference::table)
            .filter(idx_reference::target_id.eq(id))
            .filter(idx_reference::target_type.eq("Patient"))
            .set(idx_reference::person.eq(person.unwrap_or_default()))
            .execute(c))?;
        Ok(())
    }

    /// Adds rows.
    pub(crate) fn add_index(&mut self, rows: &IndexRows) -> Result<(), StoreError> {
        macro_rules! add {
            ($table:ident, $row:ident, $rows:ident) => {
                match &mut *self.connection {
                    Connection::Sqlite(c) => {
                        for row in &rows.$rows {
                            diesel::insert_into($table::table).values(row).execute(c)?;
                        }
                    }
                    Connection::Postgres(c) => {
                        for chunk in rows.$rows.chunks(CHUNK) {
                            diesel::insert_into($table::table).values(chunk).execute(&mut **c)?;
                        }
                    }
                }
            };
        }
        each_table!(add);
        Ok(())
    }

    /// Removes a resource's rows.
    pub(crate) fn clear_index(&mut self, pk: i64) -> Result<(), StoreError> {
        macro_rules! clear {
            ($table:ident, $row:ident, $rows:ident) => {
                on!(&mut *self.connection, c => diesel::delete($table::table)
                    .filter($table::resource.eq(pk))
                    .execute(c))?;
            };
        }
        each_table!(clear);
        Ok(())
    }

    /// A resource's rows as they are stored, in the order of [`IndexRows::new`].
    pub(crate) fn stored_index(&mut self, pk: i64) -> Result<IndexRows, StoreError> {
        let mut rows = IndexRows::default();
        macro_rules! load {
            ($table:ident, $row:ident, $rows:ident) => {
                rows.$rows = on!(&mut *self.connection, c => $table::table
                    .filter($table::resource.eq(pk))
                    .load::<$row>(c))?;
            };
        }
        each_table!(load);
        rows.sort();
        Ok(rows)
    }
}
