//! Small typed looks into FHIR JSON: what rules and service ask a resource again and again. Nothing here fails: what is
//! absent or of the wrong shape is simply not there (structure is judged by [`crate::validate`]).

mod concept;
mod element;
mod period;
mod person;

pub use crate::index::interval;
pub use concept::{codings, has_any_code, has_code, has_coding};
pub use element::{contained, extension, first_identifier, has_identifier, identifiers, items, text};
pub use period::{Term, period, term};
pub use person::{human_name, telecom};
