//! The bound on what a search may cost: by its shape, never by how much is stored, so that a client knows before it asks
//! ([0012](../../../../docs/decisions/0012-cost-bound.md)).
//!
//! A criterion that tells what is *not* wanted, or that no beginning of a value can be looked up for, names no resources by an
//! index: it may narrow a search, and must not be all of it. The directory is small, and is searched in any way.

use super::issues::{CONTROLS, too_costly};
use super::model::{Filter, Modifier, Prefix, Query, Term, TermValue};
use crate::registry::{Group, served};
use crate::{Issue, ResourceType};

/// The code of the refusal, 422.
pub const TOO_COSTLY: &str = "too-costly";

/// Refuses a search that has criteria and none that an index answers.
pub(super) fn bounded(query: &Query) -> Result<(), Issue> {
    let all_small = query.types().into_iter().all(is_small);
    let asks_nothing = query.terms.is_empty() && query.links.is_empty();
    let indexed = query.terms.iter().any(is_indexed)
        || query.links.iter().any(|link| leads_to_few(link.far(), &link.then))
        || query.compartment.is_some();
    if all_small || asks_nothing || indexed {
        return Ok(());
    }
    let criterion =
        |name: &&str| *name != "_type" && !CONTROLS.iter().any(|control| name.split(':').next() == Some(control));
    let name = query.used.iter().map(|(name, _)| name.as_str()).find(criterion);
    Err(too_costly(name.unwrap_or_default(), query.rtype))
}

/// The directory: thousands of resources, where others may have millions.
fn is_small(rtype: ResourceType) -> bool {
    served(rtype).is_some_and(|row| row.group == Group::Directory)
}

fn leads_to_few(far: ResourceType, filter: &Filter) -> bool {
    match filter {
        Filter::Term(term) => is_small(far) || is_indexed(term),
        Filter::Link(link) => leads_to_few(link.far(), &link.then),
    }
}

/// Whether an index names the resources that meet a criterion.
fn is_indexed(term: &Term) -> bool {
    match term.modifier {
        Modifier::Not | Modifier::Missing(_) | Modifier::Contains => false,
        Modifier::None
        | Modifier::Exact
        | Modifier::Identifier
        | Modifier::Type(_)
        | Modifier::Below
        | Modifier::Above => {
            !term.values.iter().any(|value| matches!(value, TermValue::Date { prefix: Prefix::Ne, .. }))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ResourceType as T;
    use crate::query::parse;

    #[test]
    fn the_shape_decides() {
        for (rtype, search, costly) in [
            (T::Patient, "", false),
            (T::Patient, "_sort=-birthdate&_total=accurate", false),
            (T::Patient, "gender=female", false),
            (T::Patient, "gender:not=female", true),
            (T::Patient, "telecom:missing=true", true),
            (T::Patient, "telecom:missing=false", true),
            (T::Patient, "family:contains=berg", true),
            (T::Patient, "birthdate=ne1970", true),
            (T::Patient, "birthdate=1970,ne1980", true),
            (T::Patient, "_id:not=1", true),
            (T::Patient, "family:contains=berg&gender:not=male", true),
            (T::Patient, "family:contains=berg&birthdate=1970", false),
            (T::Patient, "family:exact=Berg", false),
            (T::Patient, "_profile:above=http://p", false),
            (T::CareTeam, "participant-role:not=18&patient=Patient/1", false),
            (T::CareTeam, "patient.name:contains=berg", true),
            (T::CareTeam, "patient.name=berg", false),
            (T::CareTeam, "patient.organization.name:contains=hauke", false),
            (T::CareTeam, "managing-organization.name:contains=hauke", false),
            (T::Patient, "_has:CareTeam:patient:status:not=active", true),
            (T::Patient, "_has:CareTeam:patient:status=active", false),
            (T::Organization, "name:contains=hauke", false),
            (T::Practitioner, "active:missing=true", false),
        ] {
            let pairs: Vec<(String, String)> = search
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            let parsed = parse(rtype, &pairs, "https://varde.example/fhir", false, false);
            let key = parsed.err().map(|issues| issues[0].key);
            assert_eq!(key, costly.then_some(super::TOO_COSTLY), "{rtype}?{search}");
        }
    }

    #[test]
    fn the_refusal_points_at_a_criterion() {
        let pairs = [("_count", "5"), ("_include:iterate", "Patient:link"), ("gender:not", "male")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let issues = parse(T::Patient, &pairs, "https://varde.example/fhir", false, false).unwrap_err();
        assert_eq!(issues[0].expression.as_deref(), Some("http.gender:not"));
    }
}
