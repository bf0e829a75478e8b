//! How much a patch may be, and what it may not touch.

use serde_json::Value;

/// The most operations of one patch.
pub(super) const MAX_OPERATIONS: usize = 500;

/// What may never be changed by a patch, as JSON Pointers.
const FIXED: [&str; 4] = ["/resourceType", "/id", "/meta/versionId", "/meta/lastUpdated"];

/// Whether an operation changed what no patch may change.
pub(super) fn touches_fixed(before: &Value, after: &Value) -> bool {
    FIXED.iter().any(|fixed| before.pointer(fixed) != after.pointer(fixed))
}
