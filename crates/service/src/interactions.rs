//! The FHIR interactions, one verb a file <https://hl7.org/fhir/R4/http.html>.

pub(crate) mod bundle;
pub(crate) mod condition;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod history;
pub(crate) mod patch;
pub(crate) mod read;
pub(crate) mod retrieve;
pub(crate) mod search;
pub(crate) mod search_wide;
pub(crate) mod update;
pub(crate) mod vread;
