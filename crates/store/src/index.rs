//! The search index of one resource: what `varde_fhir::index::extract` finds, as rows
//! <https://hl7.org/fhir/R4/searchparameter-registry.html>.

mod change;
mod insert;
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
struct PatientOf {
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
        self.look_up_patients(references)?;
        self.look_up_numbers(references)?;
        for row in references {
            let literal = row.patient_id().and_then(|id| self.whose.patients.get(id));
            let number = || row.national_number().and_then(|number| self.whose.numbers.get(&number));
            row.person = literal.or_else(number).cloned().unwrap_or_default();
        }
        Ok(())
    }

    /// Asks whose the Patients are that these rows name, as far as it is not known.
    fn look_up_patients(&mut self, rows: &[ReferenceRow]) -> Result<(), StoreError> {
        let ids: BTreeSet<&str> = rows.iter().filter_map(ReferenceRow::patient_id).collect();
        let asked: Vec<String> =
            ids.into_iter().filter(|id| !self.whose.patients.contains_key(*id)).map(str::to_owned).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new();
        sql.push("SELECT p.id, p.patient AS person FROM resource p WHERE p.rtype = 'Patient' AND p.id");
        sql.in_texts(asked).push(" AND p.patient IS NOT NULL");
        let found = sql.load::<PatientOf>(self.connection)?;
        self.whose.patients.extend(found.into_iter().map(|found| (found.id, found.person)));
        Ok(())
    }

    /// Asks whose the national numbers are that these rows hold, as far as it is not known.
    fn look_up_numbers(&mut self, rows: &[ReferenceRow]) -> Result<(), StoreError> {
        let numbers: BTreeSet<(String, String)> = rows.iter().filter_map(ReferenceRow::national_number).collect();
        let numbers: Vec<(String, String)> =
            numbers.into_iter().filter(|number| !self.whose.numbers.contains_key(number)).collect();
        let people = self.people(&numbers)?;
        self.whose
            .numbers
            .extend(numbers.into_iter().zip(people).filter_map(|(number, person)| Some((number, person?))));
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
