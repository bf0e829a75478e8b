//! The search index of one resource: what `varde_fhir::index::extract` finds, as rows
//! <https://hl7.org/fhir/R4/searchparameter-registry.html>.

mod change;
mod rows;

use crate::connection::on;
use crate::error::StoreError;
use crate::schema::{idx_date, idx_reference, idx_text, idx_token, idx_uri};
use crate::session::Session;
use crate::sql::Sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
pub(crate) use rows::IndexRows;
use rows::{DateRow, ReferenceRow, TextRow, TokenRow, UriRow};
use std::collections::{BTreeMap, BTreeSet};
use varde_fhir::ResourceType;
use varde_fhir::index::IndexEntry;

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

/// A Patient's id, and whose it is.
#[derive(QueryableByName)]
struct Whose {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    person: String,
}

impl Session<'_> {
    /// The rows of these entries, with the person key in every reference to a patient: whose the literal `Patient/id` is, else
    /// whose the national number is.
    pub(crate) fn index_rows(
        &mut self,
        pk: i64,
        rtype: ResourceType,
        entries: Vec<IndexEntry>,
    ) -> Result<IndexRows, StoreError> {
        let mut rows = IndexRows::new(pk, rtype, entries);
        self.name_persons(&mut rows.references)?;
        Ok(rows)
    }

    /// Puts the person keys in.
    pub(crate) fn name_persons(&mut self, references: &mut [ReferenceRow]) -> Result<(), StoreError> {
        let patients = self.patients(references)?;
        let numbers = self.numbers(references)?;
        for row in references {
            let literal = row.patient_id().and_then(|id| patients.get(id));
            let number = || row.national_number().and_then(|number| numbers.get(&number));
            row.person = literal.or_else(number).cloned().unwrap_or_default();
        }
        Ok(())
    }

    /// Whose the Patients are that these rows name.
    fn patients(&mut self, rows: &[ReferenceRow]) -> Result<BTreeMap<String, String>, StoreError> {
        let ids: BTreeSet<&str> = rows.iter().filter_map(ReferenceRow::patient_id).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut sql = Sql::new();
        sql.push("SELECT p.id, p.patient AS person FROM resource p WHERE p.rtype = 'Patient' AND p.id");
        sql.in_texts(ids.into_iter().map(str::to_owned)).push(" AND p.patient IS NOT NULL");
        Ok(sql.load::<Whose>(self.connection)?.into_iter().map(|found| (found.id, found.person)).collect())
    }

    /// Whose the national numbers are that these rows hold.
    fn numbers(&mut self, rows: &[ReferenceRow]) -> Result<BTreeMap<(String, String), String>, StoreError> {
        let numbers: BTreeSet<(String, String)> = rows.iter().filter_map(ReferenceRow::national_number).collect();
        let numbers: Vec<(String, String)> = numbers.into_iter().collect();
        let people = self.people(&numbers)?;
        Ok(numbers.into_iter().zip(people).filter_map(|(number, person)| Some((number, person?))).collect())
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

    /// The rows of all resources from `first` to `last` that have any.
    pub(crate) fn stored_indexes(&mut self, first: i64, last: i64) -> Result<BTreeMap<i64, IndexRows>, StoreError> {
        let mut all: BTreeMap<i64, IndexRows> = BTreeMap::new();
        macro_rules! load {
            ($table:ident, $row:ident, $rows:ident) => {
                let rows = on!(&mut *self.connection, c => $table::table
                    .filter($table::resource.between(first, last))
                    .load::<$row>(c))?;
                for row in rows {
                    all.entry(row.resource).or_default().$rows.push(row);
                }
            };
        }
        each_table!(load);
        all.values_mut().for_each(IndexRows::sort);
        Ok(all)
    }
}
