//! The JSON schemas of FHIR's primitive types <https://hl7.org/fhir/R4/datatypes.html#primitive>.

use serde_json::{Value, json};
use varde_fhir::table::Primitive;

/// Date, month, year or time with offset.
pub(super) const DATE_TIME: &str = r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$";

/// The schema of a primitive.
pub(super) fn schema(primitive: Primitive) -> Value {
    match primitive {
        Primitive::Boolean => json!({ "type": "boolean" }),
        Primitive::Integer => json!({ "type": "integer", "format": "int32" }),
        Primitive::UnsignedInt => json!({ "type": "integer", "format": "int32", "minimum": 0 }),
        Primitive::PositiveInt => json!({ "type": "integer", "format": "int32", "minimum": 1 }),
        Primitive::Decimal => json!({ "type": "number" }),
        Primitive::Id => json!({ "type": "string", "pattern": r"^[A-Za-z0-9\-\.]{1,64}$" }),
        Primitive::Base64Binary => json!({ "type": "string", "format": "byte" }),
        Primitive::Date => json!({ "type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$" }),
        Primitive::DateTime => json!({ "type": "string", "pattern": DATE_TIME }),
        Primitive::Instant => json!({ "type": "string", "format": "date-time" }),
        Primitive::Time => json!({ "type": "string", "pattern": r"^\d{2}:\d{2}:\d{2}(\.\d+)?$" }),
        Primitive::String
        | Primitive::Markdown
        | Primitive::Code
        | Primitive::Uri
        | Primitive::Url
        | Primitive::Canonical
        | Primitive::Oid
        | Primitive::Uuid
        | Primitive::Xhtml => json!({ "type": "string" }),
    }
}
