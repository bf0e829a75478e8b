//! A strict reader on top of `serde_json`: duplicate names and deep nesting are seen, numbers keep their text
//! (RFC 8259 §4 leaves duplicates open, FHIR forbids them <https://hl7.org/fhir/R4/json.html>).

use super::place::Place;
use crate::ResourceType;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};
use std::cell::{Cell, RefCell};
use std::fmt;

/// What the reader noticed beside the value.
#[derive(Debug, Default)]
pub(super) struct Noticed {
    /// The nesting went over the limit; reading stopped. Where, from the resource on.
    pub(super) too_deep: RefCell<Option<String>>,
    /// The type of the resource, once it was read.
    pub(super) rtype: Cell<Option<ResourceType>>,
    /// Where the first repeated name stands, from the resource on.
    pub(super) duplicate: RefCell<Option<String>>,
}

/// Reads one value at a place.
pub(super) struct Reader<'a> {
    pub(super) place: Place<'a>,
    pub(super) room: usize,
    pub(super) noticed: &'a Noticed,
}

impl Reader<'_> {
    /// One level of nesting less, or the end.
    fn deeper<E: Error>(&self) -> Result<usize, E> {
        self.room.checked_sub(1).ok_or_else(|| {
            *self.noticed.too_deep.borrow_mut() = Some(self.place.expression());
            E::custom("too deep")
        })
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let room = self.deeper()?;
        let mut list = Vec::new();
        loop {
            let reader = Reader { place: self.place.index(list.len()), room, noticed: self.noticed };
            match access.next_element_seed(reader)? {
                Some(value) => list.push(value),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            if name == NUMBER && object.is_empty() {
                return Ok(Value::Number(access.next_value_seed(NumberText)?));
            }
            let room = self.deeper()?;
            match object.entry(name) {
                Entry::Vacant(entry) => {
                    let place = self.place.name(entry.key());
                    let value = access.next_value_seed(Reader { place, room, noticed: self.noticed })?;
                    if self.place.is_root() && entry.key() == "resourceType" {
                        self.noticed.rtype.set(value.as_str().and_then(|name| name.parse().ok()));
                    }
                    entry.insert(value);
                }
                Entry::Occupied(mut entry) => {
                    let place = self.place.name(entry.key());
                    self.noticed.duplicate.borrow_mut().get_or_insert_with(|| place.expression());
                    let value = access.next_value_seed(Reader { place, room, noticed: self.noticed })?;
                    entry.insert(value);
                }
            }
        }
        self.deeper()?;
        Ok(Value::Object(object))
    }
}

/// How `serde_json` with `arbitrary_precision` hands over a number that is no plain integer: a map of this name to the text of the number, which is an
/// owned string. A body that holds the name itself gives a borrowed string or something else, and is refused.
const NUMBER: &str = "$serde_json::private::Number";

struct NumberText;

impl<'de> DeserializeSeed<'de> for NumberText {
    type Value = Number;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Number, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for NumberText {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text of a number")
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Number, E> {
        Err(E::custom("a private name"))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Number, E> {
        text.parse().map_err(|_| E::custom("not a number"))
    }
}
