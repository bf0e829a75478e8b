//! Id and meta in place: the body that is stored is the exact JSON that every later read returns.

use serde_json::{Map, Value};
use varde_fhir::time::instant;
use varde_fhir::{Micros, ResourceKey};

/// Writes `resourceType`, `id` and `meta.versionId`/`lastUpdated` into a resource; everything else keeps its order and text.
/// A client's own `versionId` and `lastUpdated` are replaced <https://hl7.org/fhir/R4/resource.html#Meta>.
pub(crate) fn stamp(resource: Value, key: &ResourceKey, version: i64, now: Micros) -> Value {
    let Value::Object(mut given) = resource else { return resource };
    let meta = stamped_meta(given.get_mut("meta").map(Value::take), version, now);
    let mut stamped = Map::with_capacity(given.len() + 3);
    stamped.insert("resourceType".to_owned(), key.rtype.as_str().into());
    stamped.insert("id".to_owned(), key.id.as_str().into());
    stamped.insert("meta".to_owned(), meta);
    stamped.extend(given.into_iter().filter(|(name, _)| !["resourceType", "id", "meta"].contains(&name.as_str())));
    Value::Object(stamped)
}

fn stamped_meta(given: Option<Value>, version: i64, now: Micros) -> Value {
    let mut meta = Map::new();
    meta.insert("versionId".to_owned(), version.to_string().into());
    meta.insert("lastUpdated".to_owned(), instant(now).into());
    if let Some(Value::Object(rest)) = given {
        let ours = ["versionId", "_versionId", "lastUpdated", "_lastUpdated"];
        meta.extend(rest.into_iter().filter(|(name, _)| !ours.contains(&name.as_str())));
    }
    Value::Object(meta)
}
