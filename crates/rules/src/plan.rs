//! `one-ip`: one active individual plan for a person, across all organisations (FOR-2022-06-22-1110 §9).

use crate::case::{Case, Change};
use crate::rule::ONE_IP;
use crate::verdict::Violation;
use serde_json::Value;
use varde_fhir::terminology::{DOCUMENT, INDIVIDUELL_PLAN};
use varde_fhir::{ResourceKey, ResourceType, view};

/// Judges every changed `CarePlan`. Of two new plans in one transaction the second is named; of a new and a stored one, the new.
pub(crate) fn judge_plans(case: &Case<'_>, changes: &[Change<'_>]) -> Vec<Violation> {
    let active: Vec<&ResourceKey> =
        case.of(ResourceType::CarePlan).filter(|plan| is_active_ip(plan.resource)).map(|plan| plan.key).collect();
    let mut judged: Vec<&ResourceKey> = Vec::new();
    let mut found = Vec::new();
    for change in changes.iter().filter(|change| active.contains(&change.key)) {
        let stored = |key: &ResourceKey| !changes.iter().any(|change| change.key == key);
        if !judged.is_empty() || active.iter().any(|key| stored(key)) {
            found.push(Violation::new(
                &ONE_IP,
                change.key,
                ".status",
                "Personen har allerede en aktiv individuell plan.",
                "The person already has an active individual plan.",
            ));
        }
        judged.push(change.key);
    }
    found
}

/// An active plan of category 9602#A02-2 that is not a part of another.
pub(crate) fn is_active_ip(plan: &Value) -> bool {
    view::text(plan, "status") == Some("active")
        && view::has_code(plan, "category", DOCUMENT, INDIVIDUELL_PLAN)
        && view::items(plan, "partOf").is_empty()
}
