//! A stored body as far as it is looked at: the rest of it is passed over, and neither allocated nor kept.

use crate::fault::Fault;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use varde_store::{StoreError, Stored};

/// The JSON object of a stored body with the members of these names alone.
pub(crate) fn some_members(stored: &Stored, names: &[&str]) -> Result<Value, Fault> {
    let mut deserializer = serde_json::Deserializer::from_slice(&stored.body);
    let read = Members(names).deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| Fault::Store(StoreError::Corrupt(format!("{}: {error}", stored.key))))
}

/// The names of the members wanted.
struct Members<'n>(&'n [&'n str]);

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key_seed(Name)? {
            if self.0.contains(&name.as_ref()) {
                members.insert(name.into_owned(), access.next_value()?);
            } else {
                access.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Value::Object(members))
    }
}

/// A name, borrowed from the body where nothing in it is escaped.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::some_members;
    use serde_json::json;
    use varde_fhir::{Id, ResourceKey, ResourceType};
    use varde_store::Stored;

    fn stored(body: &str) -> Stored {
        Stored {
            key: ResourceKey::new(ResourceType::Goal, Id::parse("1").unwrap()),
            version: 1,
            last_updated: 0,
            patient: None,
            owner: None,
            deleted: false,
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_members_asked_for_are_as_they_stand() {
        let body = r#"{"a":[{"deep":1.50}],"b":{"c":"d"},"\u00e6":"\u00f8","c":null}"#;
        let some = some_members(&stored(body), &["c", "a", "æ", "z"]).unwrap();
        assert_eq!(some.to_string(), r#"{"a":[{"deep":1.50}],"æ":"ø","c":null}"#);
        assert_eq!(some_members(&stored("{}"), &["a"]).unwrap(), json!({}));
    }

    #[test]
    fn what_is_no_object_is_corrupt() {
        for body in ["", "[]", "{\"a\":1", "{\"a\":1}{", "{\"b\":tru}"] {
            assert!(some_members(&stored(body), &["a"]).is_err(), "{body}");
        }
    }
}
