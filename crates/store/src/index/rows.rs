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
    resource: i64,
    rtype: String,
    param: String,
    system: String,
    code: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_reference)]
pub(crate) struct ReferenceRow {
    resource: i64,
    rtype: String,
    param: String,
    pub(crate) target_type: String,
    pub(crate) target_id: String,
    pub(crate) system: String,
    pub(crate) value: String,
    pub(crate) person: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_date)]
pub(crate) struct DateRow {
    resource: i64,
    rtype: String,
    param: String,
    low: i64,
    high: i64,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_text)]
pub(crate) struct TextRow {
    resource: i64,
    rtype: String,
    param: String,
    head: String,
    folded: String,
    exact: String,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Insertable, Queryable)]
#[diesel(table_name = idx_uri)]
pub(crate) struct UriRow {
    resource: i64,
    rtype: String,
    param: String,
    value: String,
}

impl ReferenceRow {
    /// Whether its identifier is a national number, and nothing says that it names anything but a patient.
    pub(crate) fn names_a_person(&self) -> bool {
        matches!(self.target_type.as_str(), "" | "Patient") && is_national_system(&self.system)
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
