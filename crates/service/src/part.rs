//! `_summary` and `_elements`: a part of what is stored, marked as one <https://hl7.org/fhir/R4/search.html#summary>.

use crate::context::Context;
use crate::fault::Fault;
use varde_fhir::json;
use varde_fhir::summary::Summary;
use varde_store::{StoreError, Stored};

/// The part that a read, vread or history of this type asks for.
pub(crate) fn asked(context: &Context, stored: &Stored) -> Result<Option<Summary>, Fault> {
    if context.part.is_empty() {
        return Ok(None);
    }
    Summary::of(&context.part, &[stored.key.rtype]).map_err(Fault::invalid)
}

/// The same as the beginning of a query, for links.
pub(crate) fn written(context: &Context) -> String {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b",_-".contains(&byte));
    let understood = context.part.iter().filter(|(_, value)| plain(value));
    understood.flat_map(|(name, value)| [name.as_str(), "=", value, "&"]).collect()
}

/// What is stored, or the part of it; what was deleted has none.
pub(crate) fn of(stored: Stored, summary: Option<&Summary>) -> Result<Stored, Fault> {
    let Some(summary) = summary.filter(|_| !stored.deleted) else { return Ok(stored) };
    let whole = serde_json::from_slice(&stored.body)
        .map_err(|_| StoreError::Corrupt(format!("the body of {} is not JSON", stored.key)))?;
    let body = json::to_bytes(&summary.part(stored.key.rtype, &whole));
    Ok(Stored { body, ..stored })
}
