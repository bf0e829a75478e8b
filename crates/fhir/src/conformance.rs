//! What the server says of itself: the definitions behind its CapabilityStatement
//! <https://hl7.org/fhir/R4/conformance-module.html>, written from the registry, the profiles and the terminology. Nothing of
//! it is stored and nothing is secret, so anybody may read it.

mod catalogue;
mod code_systems;
mod head;
mod naming_systems;
mod operation_definitions;
mod query;
mod search_parameters;
mod structure_definitions;
mod value_sets;

pub use catalogue::{Catalogue, Definition, fingerprint};
pub use code_systems::MoreCodes;
pub use query::{Found, search, search_names};

#[cfg(test)]
mod tests;
