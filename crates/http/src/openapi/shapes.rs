//! The few schemas that parameters and headers are made of.

use utoipa::Number;
use utoipa::openapi::schema::{ArrayBuilder, SchemaType};
use utoipa::openapi::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};

fn object(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(kind))
}

/// A text.
pub(super) fn text() -> Schema {
    Schema::Object(object(Type::String).build())
}

/// A FHIR id.
pub(super) fn id() -> Schema {
    Schema::Object(object(Type::String).pattern(Some(r"^[A-Za-z0-9\-\.]{1,64}$")).build())
}

/// True or false.
pub(super) fn boolean() -> Schema {
    Schema::Object(object(Type::Boolean).build())
}

/// Several texts.
pub(super) fn strings() -> Schema {
    Schema::Array(ArrayBuilder::new().items(object(Type::String)).build())
}

/// A whole number.
pub(super) fn integer(minimum: isize, maximum: Option<isize>) -> Schema {
    let builder = object(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(Number::Int(minimum)))
        .maximum(maximum.map(Number::Int));
    Schema::Object(builder.build())
}

/// One of these texts.
pub(super) fn choice(values: &[&str]) -> Schema {
    Schema::Object(object(Type::String).enum_values(Some(values.iter().copied())).build())
}

/// The schema with a description.
pub(super) fn described(schema: Schema, words: &str) -> Schema {
    match schema {
        Schema::Object(mut object) => {
            object.description = Some(words.to_owned());
            Schema::Object(object)
        }
        Schema::Array(mut array) => {
            array.description = Some(words.to_owned());
            Schema::Array(array)
        }
        other => other,
    }
}
