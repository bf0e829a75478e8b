//! Every code system known here, Volven's first.

use super::system::CodeSystem;
use super::{document, local, profession, role};

static SYSTEMS: [&CodeSystem; 9] = [
    &role::SYSTEM,
    &profession::SYSTEM,
    &document::SYSTEM,
    &local::ROLES,
    &local::CRITERIA_SYSTEM,
    &local::CONSENT_CATEGORIES,
    &local::TASK_CODES,
    &local::SERVICE_TYPES,
    &local::ORGANISATION_KINDS,
];

/// Every code system known here, Volven's first.
#[must_use]
pub fn code_systems() -> &'static [&'static CodeSystem] {
    &SYSTEMS
}

/// The code system with this url.
#[must_use]
pub fn code_system(url: &str) -> Option<&'static CodeSystem> {
    SYSTEMS.iter().copied().find(|system| system.url == url)
}
