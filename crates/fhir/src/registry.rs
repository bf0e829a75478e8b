//! **The registry**: which types Varde serves, with which interactions, search parameters and operations. Declared once;
//! routes, `CapabilityStatement`, `OpenAPI`, index extraction, query parsing and the coverage tests all read it.
//! Nothing is advertised that does not work, nothing works that is not advertised.

pub mod compartment;
pub mod operations;
pub mod parameters;
pub mod resources;

pub use compartment::patient_compartment;
pub use operations::{Operation, OperationKind, Parameter, operation, operations};
pub use parameters::{ParamKind, SearchParam, search_param, search_params};
pub use resources::{
    Group, Interaction, SYSTEM, Served, conformance_types, is_conformance, routed, served, served_types,
};

use crate::ResourceType;

/// Types that people in several organisations edit: an update without `If-Match` would overwrite somebody's change blindly,
/// so it is refused with 428 <https://hl7.org/fhir/R4/http.html#concurrency>.
#[must_use]
pub fn if_match_required(rtype: ResourceType) -> bool {
    matches!(rtype, ResourceType::CareTeam | ResourceType::CarePlan | ResourceType::Task)
}
