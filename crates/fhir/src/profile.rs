//! Varde's own profiles and extensions, each described once <https://hl7.org/fhir/R4/profiling.html>: validation holds a
//! resource that claims a profile to its rows, and the served `StructureDefinition`s are written from the same rows.

mod extension;
mod model;
mod table;

pub use extension::{Extension, Value, extension, extensions};
pub use model::{Ask, Profile, Rule, Words};
pub use table::{profile, profiles};
