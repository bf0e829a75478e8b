//! The words of FHIR R4 (4.0.1) as Varde speaks them: resource types, ids, references, outcomes, **the registry table**,
//! structure validation, search-parameter extraction and terminology.
//!
//! Floor 1 of the house: no IO, no SQL, no HTTP. Everything above computes what it offers from [`registry`].

pub mod canonical;
pub mod capability;
pub mod conformance;
pub mod identifier;
pub mod index;
pub mod json;
pub mod key;
pub mod links;
pub mod offer;
pub mod outcome;
pub mod patch;
pub mod percent;
pub mod profile;
pub mod query;
pub mod reference;
pub mod registry;
pub mod summary;
pub mod table;
pub mod terminology;
pub mod time;
pub mod types;
pub mod validate;
pub mod view;

pub use key::{Id, ResourceKey};
pub use outcome::{Issue, IssueCode, Language, Severity};
pub use patch::{Patch, PatchFault};
pub use reference::Reference;
pub use time::{Clock, Micros};
pub use types::ResourceType;
