//! Index rows: one struct for each index table, in the columns' order.

use crate::schema::{idx_date, idx_reference, idx_text, idx_token, idx_uri};
use crate::text::{clean, head, key};
use diesel::prelude::*;
use varde_fhir::ResourceType;
use varde_fhir::identifier::is_national_system;
use varde_fhir::index::{IndexEntry, IndexValue};

/// All rows of one resource, sorted, without duplicates.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct IndexRows {
    pub(crate) tokens: Vec<TokenRow>,
    pub(crate) references: Vec<ReferenceRow>,
    pub(crate) dates: Vec<DateRow>,
    pub(crate) texts: Vec<TextRow>,
    pub(crate) uris: Vec<UriRow>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_token)]
pub(crate) struct TokenRow {
    pub(crate) resource: i64,
    pub(crate) rtype: String,
    pub(crate) param: String,
    pub(crate) system: String,
    pub(crate) code: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_reference)]
pub(crate) struct ReferenceRow {
    pub(crate) resource: i64,
    pub(crate) rtype: String,
    pub(crate) param: String,
    pub(crate) target_type: String,
    pub(crate) target_id: String,
    pub(crate) system: String,
    pub(crate) value: String,
    pub(crate) person: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_date)]
pub(crate) struct DateRow {
    pub(crate) resource: i64,
    pub(crate) rtype: String,
    pub(crate) param: String,
    pub(crate) low: i64,
    pub(crate) high: i64,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_text)]
pub(crate) struct TextRow {
    pub(crate) resource: i64,
    pub(crate) rtype: String,
    pub(crate) param: String,
    pub(crate) head: String,
    pub(crate) folded: String,
    pub(crate) exact: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_uri)]
pub(crate) struct UriRow {
    pub(crate) resource: i64,
    pub(crate) rtype: String,
    pub(crate) param: String,
    pub(crate) value: String,
}

impl ReferenceRow {
    /// The id of the Patient that it points at by its address.
    pub(crate) fn patient_id(&self) -> Option<&str> {
        (self.target_type == "Patient" && !self.target_id.is_empty()).then_some(self.target_id.as_str())
    }

    /// Its identifier (system, value), when that is a national number and nothing says that it names anything but a patient.
    pub(crate) fn national_number(&self) -> Option<(String, String)> {
        let person = matches!(self.target_type.as_str(), "" | "Patient") && is_national_system(&self.system);
        person.then(|| (self.system.clone(), self.value.clone()))
    }
}

impl IndexRows {
    /// The rows of these entries; the persons of references are still open. `_id` and `_lastUpdated` are columns of
    /// `resource` itself.
    pub(crate) fn new(resource: i64, rtype: ResourceType, entries: Vec<IndexEntry>) -> Self {
        let mut rows = Self::default();
        for entry in entries.into_iter().filter(|entry| !matches!(entry.param, "_id" | "_lastUpdated")) {
            let (rtype, param) = (rtype.as_str().to_owned(), entry.param.to_owned());
            match entry.value {
                IndexValue::Token { system, code } => {
                    rows.tokens.push(TokenRow { resource, rtype, param, system: key(&system), code: key(&code) });
                }
                IndexValue::Reference { rtype: target, id, identifier } => {
                    let (system, value) = identifier.unwrap_or_default();
                    rows.references.push(ReferenceRow {
                        resource,
                        rtype,
                        param,
                        target_type: target.map_or_else(String::new, |target| target.as_str().to_owned()),
                        target_id: key(&id),
                        system: key(&system),
                        value: key(&value),
                        person: String::new(),
                    });
                }
                IndexValue::Date { low, high } => rows.dates.push(DateRow { resource, rtype, param, low, high }),
                IndexValue::Text { folded, exact } => rows.texts.push(TextRow {
                    resource,
                    rtype,
                    param,
                    head: head(&folded),
                    folded: clean(&folded),
                    exact: clean(&exact),
                }),
                IndexValue::Uri { value } => rows.uris.push(UriRow { resource, rtype, param, value: key(&value) }),
            }
        }
        rows.sort();
        rows
    }

    /// Puts the rows in order, each once.
    pub(crate) fn sort(&mut self) {
        macro_rules! sort {
            ($($rows:ident),+) => { $(self.$rows.sort_unstable(); self.$rows.dedup();)+ };
        }
        sort!(tokens, references, dates, texts, uris);
    }

    /// The parameters whose rows differ.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut parameters = Vec::new();
        macro_rules! compare {
            ($($rows:ident),+) => { $(
                for (these, those) in [(&self.$rows, &other.$rows), (&other.$rows, &self.$rows)] {
                    let missing = these.iter().filter(|row| those.binary_search(row).is_err());
                    parameters.extend(missing.map(|row| row.param.clone()));
                }
            )+ };
        }
        compare!(tokens, references, dates, texts, uris);
        parameters.sort_unstable();
        parameters.dedup();
        parameters
    }
}
