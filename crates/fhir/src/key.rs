//! Logical ids and resource keys: FHIR `id` is `[A-Za-z0-9\-\.]{1,64}` <https://hl7.org/fhir/R4/datatypes.html#id>.

use crate::{Clock, ResourceType};
use std::fmt;

/// A resource's address on this server: type and logical id, shown as `CareTeam/0198…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceKey {
    /// The resource type.
    pub rtype: ResourceType,
    /// The logical id.
    pub id: Id,
}

impl ResourceKey {
    /// Joins a type and an id.
    #[must_use]
    pub fn new(rtype: ResourceType, id: Id) -> Self {
        Self { rtype, id }
    }

    /// Reads `Type/id`; `None` when the type is unknown or the id is malformed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rtype, id) = text.split_once('/')?;
        Some(Self { rtype: rtype.parse().ok()?, id: Id::parse(id)? })
    }
}

impl fmt::Display for ResourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.rtype, self.id)
    }
}

/// A well-formed FHIR logical id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(String);

impl Id {
    /// A new id, as the clock draws them.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        Self(clock.new_id())
    }

    /// Accepts `[A-Za-z0-9\-\.]{1,64}`, nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits =
            (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
