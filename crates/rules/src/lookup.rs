//! Whom the service must look up before it can ask for judgement: the people and organisations outside the person's own
//! resources (the directory), named by literal or logical reference <https://hl7.org/fhir/R4/references.html>.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;
use varde_fhir::identifier::{DNR, FNR, HPR, is_national_system};
use varde_fhir::{Reference, ResourceKey, ResourceType, terminology, view};

/// A normalised reference to somebody or something in the directory. `Debug` and `Display` never show a national number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberRef {
    /// `Practitioner/id`, `PractitionerRole/id`, `Organization/id`: read it.
    Key(ResourceKey),
    /// By business identifier: find the resource of this type that carries it.
    Identifier {
        /// `Practitioner` for a person number or HPR, else what `Reference.type` says.
        rtype: ResourceType,
        /// The identifier system.
        system: String,
        /// The identifier value.
        value: String,
    },
}

impl fmt::Display for MemberRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "{key}"),
            Self::Identifier { rtype, system, .. } if is_national_system(system) => {
                write!(f, "{rtype}?identifier={system}|…")
            }
            Self::Identifier { rtype, system, value } => write!(f, "{rtype}?identifier={system}|{value}"),
        }
    }
}

impl fmt::Debug for MemberRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberRef({self})")
    }
}

/// Looks up everything the resources of a case name: `load` answers one [`MemberRef`] from the store. A practitioner role
/// found leads to its practitioner and organisation. Each is asked for once; what is not found is left out.
///
/// # Errors
/// The first error of `load`.
pub fn look_up<'a, E>(
    resources: impl IntoIterator<Item = &'a Value>,
    base: &str,
    mut load: impl FnMut(&MemberRef) -> Result<Option<Rc<Value>>, E>,
) -> Result<BTreeMap<MemberRef, Rc<Value>>, E> {
    let mut wanted: Vec<MemberRef> = Vec::new();
    for resource in resources {
        wanted.extend(members_to_look_up(resource, base));
        wanted.extend(organisations_to_look_up(resource, base));
    }
    let mut found = BTreeMap::new();
    let mut missing = BTreeSet::new();
    while let Some(member) = wanted.pop() {
        if found.contains_key(&member) || missing.contains(&member) {
            continue;
        }
        if let Some(resource) = load(&member)? {
            wanted.extend(behind(&resource, base));
            found.insert(member, resource);
        } else {
            missing.insert(member);
        }
    }
    Ok(found)
}

/// The people a CareTeam names in statutory roles (18, 19, 20), and those behind its contained practitioner roles. Empty for
/// other types.
#[must_use]
pub fn members_to_look_up(team: &Value, base: &str) -> Vec<MemberRef> {
    let mut members: Vec<MemberRef> = statutory(team)
        .flat_map(|participant| targets(participant.get("member"), ResourceType::Practitioner, base))
        .collect();
    if view::text(team, "resourceType") == Some("CareTeam") {
        members.extend(view::items(team, "contained").iter().flat_map(|inner| behind(inner, base)));
    }
    members
}

/// The organisations the rules ask about: departments of statutory roles in a CareTeam, performers of a Consent. Empty for
/// other types.
#[must_use]
pub fn organisations_to_look_up(resource: &Value, base: &str) -> Vec<MemberRef> {
    let performers = match view::text(resource, "resourceType") {
        Some("Consent") => view::items(resource, "performer"),
        _ => &[],
    };
    let departments = statutory(resource).filter_map(|participant| participant.get("onBehalfOf"));
    let found =
        departments.chain(performers).flat_map(|element| targets(Some(element), ResourceType::Organization, base));
    found.filter(|target| target.rtype() == ResourceType::Organization).collect()
}

impl MemberRef {
    fn rtype(&self) -> ResourceType {
        match self {
            Self::Key(key) => key.rtype,
            Self::Identifier { rtype, .. } => *rtype,
        }
    }
}

/// The directory resources a `Reference` element may mean: its literal first, then its identifier.
pub(crate) fn targets(element: Option<&Value>, assumed: ResourceType, base: &str) -> Vec<MemberRef> {
    let Some(element) = element else { return Vec::new() };
    let literal = view::text(element, "reference").map(|text| Reference::literal(text, base));
    let literal =
        literal.as_ref().and_then(Reference::key).filter(|key| is_directory(key.rtype)).cloned().map(MemberRef::Key);
    let logical = match Reference::logical(element) {
        Some(Reference::Logical { rtype, system, value }) => {
            let named = rtype.as_deref().and_then(|name| name.parse().ok()).filter(|rtype| is_directory(*rtype));
            let rtype = if [HPR, FNR, DNR].contains(&system.as_str()) {
                ResourceType::Practitioner
            } else {
                named.unwrap_or(assumed)
            };
            Some(MemberRef::Identifier { rtype, system, value })
        }
        _ => None,
    };
    literal.into_iter().chain(logical).collect()
}

fn is_directory(rtype: ResourceType) -> bool {
    matches!(rtype, ResourceType::Practitioner | ResourceType::PractitionerRole | ResourceType::Organization)
}

/// Whom a practitioner role leads to: its practitioner and its organisation. Nobody for other types.
#[must_use]
pub fn behind(resource: &Value, base: &str) -> Vec<MemberRef> {
    if view::text(resource, "resourceType") != Some("PractitionerRole") {
        return Vec::new();
    }
    let mut found = targets(resource.get("practitioner"), ResourceType::Practitioner, base);
    found.extend(targets(resource.get("organization"), ResourceType::Organization, base));
    found
}

fn statutory(team: &Value) -> impl Iterator<Item = &Value> {
    let participants = match view::text(team, "resourceType") {
        Some("CareTeam") => view::items(team, "participant"),
        _ => &[],
    };
    let codes = [terminology::KOORDINATOR, terminology::KONTAKTLEGE, terminology::KONTAKTPSYKOLOG];
    participants.iter().filter(move |participant| view::has_any_code(participant, "role", terminology::ROLE, &codes))
}
