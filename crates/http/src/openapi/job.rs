//! Tight schemas of the main job: each named parameter of each operation, one by one. Requests are closed (what does not
//! stand here is refused), answers are open.

mod appoint;
mod plan_status;
mod words;

use serde_json::Value;

/// The schemas by name.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    words::schemas().into_iter().chain(appoint::schemas()).chain(plan_status::schemas()).collect()
}
