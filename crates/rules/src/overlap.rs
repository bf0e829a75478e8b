//! `one-koordinator` per trust and `one-kontaktlege-per-department`: terms of current roles that overlap
//! (Helse Bergen D30373 5.1 j, l; spesialisthelsetjenesteloven §2-5c). A successor may start the moment the predecessor ends.

use crate::appointed::{Appointed, Role};
use crate::case::{Case, Change};
use crate::holder::{holder, resolve};
use crate::lookup::targets;
use crate::rule::{ONE_KONTAKTLEGE_PER_DEPARTMENT, ONE_KOORDINATOR, Rule};
use crate::verdict::Violation;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use varde_fhir::{Micros, ResourceKey, ResourceType, view};

/// Judges all pairs of current roles of which at least one stands in a changed team. Of a pair the later role is named, or
/// the one that was changed.
pub(crate) fn judge_overlaps(case: &Case<'_>, changes: &[Change<'_>], now: Micros) -> Vec<Violation> {
    let touched: BTreeSet<&ResourceKey> = changes.iter().map(|change| change.key).collect();
    let is_changed = |role: &Appointed<'_>| touched.contains(role.team);
    // Pairs are many: only the roles that can clash, of the trusts whose teams were changed, are compared, and of these only
    // those that want the same place.
    let teams = case.of(ResourceType::CareTeam);
    let mut current: Vec<Appointed<'_>> =
        teams.flat_map(|team| Appointed::of(team, now)).filter(|role| can_clash(role)).collect();
    let trusts: BTreeSet<Option<&str>> =
        current.iter().filter(|role| is_changed(role)).map(|role| role.owner).collect();
    current.retain(|role| trusts.contains(&role.owner));
    current.sort_by_key(|role| (role.term.from, role.team, role.index));
    let mut held: BTreeMap<Place<'_>, Vec<usize>> = BTreeMap::new();
    let mut found = Vec::new();
    let mut told = None;
    for (later_at, later) in current.iter().enumerate() {
        let places = places(case, later);
        let rivals: BTreeSet<usize> = places.iter().filter_map(|place| held.get(place)).flatten().copied().collect();
        for earlier in rivals.into_iter().filter_map(|at| current.get(at)) {
            let named = if is_changed(later) { later } else { earlier };
            let (rule, nb, en) = clash(earlier, later);
            let telling = Some((rule.id, named.team, named.index));
            if is_changed(named) && later.term.overlaps(&earlier.term) && told != telling {
                found.push(Violation::new(rule, named.team, &named.path(""), nb, en));
                told = telling;
            }
        }
        for place in places {
            held.entry(place).or_default().push(later_at);
        }
    }
    found
}

fn can_clash(role: &Appointed<'_>) -> bool {
    role.holds(Role::Koordinator) || is_contact(role)
}

/// What only one at a time may hold.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place<'a> {
    /// The koordinator of a trust.
    Koordinator(Trust<'a>),
    /// The kontaktlege or kontaktpsykolog of a department by one of its names; roles without a department are in the same
    /// (unnamed) one.
    Contact(Trust<'a>, Option<String>),
}

/// The trust is the tenant that owns the team; a team without owner stands alone.
type Trust<'a> = (Option<&'a str>, Option<&'a ResourceKey>);

fn places<'a>(case: &Case<'_>, role: &Appointed<'a>) -> Vec<Place<'a>> {
    let trust = (role.owner, role.owner.is_none().then_some(role.team));
    let mut places = Vec::new();
    if role.holds(Role::Koordinator) {
        places.push(Place::Koordinator(trust));
    }
    if is_contact(role) {
        let departments = departments(case, role);
        let unnamed = departments.is_empty().then_some(Place::Contact(trust, None));
        places.extend(departments.into_iter().map(|name| Place::Contact(trust, Some(name))).chain(unnamed));
    }
    places
}

fn is_contact(role: &Appointed<'_>) -> bool {
    role.holds(Role::Kontaktlege) || role.holds(Role::Kontaktpsykolog)
}

/// What two roles break that want the same place at the same time.
fn clash(one: &Appointed<'_>, other: &Appointed<'_>) -> (&'static Rule, &'static str, &'static str) {
    if one.holds(Role::Koordinator) && other.holds(Role::Koordinator) {
        return (
            &ONE_KOORDINATOR,
            "Pasienten har allerede en koordinator ved dette helseforetaket i samme tidsrom.",
            "The patient already has a koordinator at this hospital trust in the same period.",
        );
    }
    (
        &ONE_KONTAKTLEGE_PER_DEPARTMENT,
        "Pasienten har allerede en kontaktlege eller kontaktpsykolog ved denne avdelingen i samme tidsrom.",
        "The patient already has a kontaktlege or kontaktpsykolog at this department in the same period.",
    )
}

/// Every name of the department a role belongs to: `Organization/id` and `system|value` of each identifier.
fn departments(case: &Case<'_>, role: &Appointed<'_>) -> BTreeSet<String> {
    let member = role.participant.get("member").map(|member| holder(role.resource, member, case.people, case.base));
    let element = role.participant.get("onBehalfOf").or_else(|| member.and_then(|holder| holder.organisation()));
    let Some(element) = element else { return BTreeSet::new() };
    let mut names: BTreeSet<String> =
        targets(Some(element), ResourceType::Organization, case.base).iter().map(ToString::to_string).collect();
    if let Some(organisation) = resolve(role.resource, Some(element), case.people, case.base) {
        names.extend(organisation.get("id").and_then(Value::as_str).map(|id| format!("Organization/{id}")));
        names.extend(
            view::identifiers(organisation).map(|(system, value)| format!("Organization?identifier={system}|{value}")),
        );
    }
    names
}
