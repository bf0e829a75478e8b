//! `one-koordinator` per trust and `one-kontaktlege-per-department`: terms of current roles that overlap
//! (Helse Bergen D30373 5.1 j, l; spesialisthelsetjenesteloven §2-5c). A successor may start the moment the predecessor ends.

use crate::appointed::{Appointed, Role};
use crate::case::{Case, Change};
use crate::holder::{holder, resolve};
use crate::lookup::targets;
use crate::rule::{ONE_KONTAKTLEGE_PER_DEPARTMENT, ONE_KOORDINATOR, Rule};
use crate::verdict::Violation;
use serde_json::Value;
use std::collections::BTreeSet;
use varde_fhir::{Micros, ResourceType, view};

/// Judges all pairs of current roles of which at least one stands in a changed team. Of a pair the later role is named, or
/// the one that was changed.
pub(crate) fn judge_overlaps(case: &Case<'_>, changes: &[Change<'_>], now: Micros) -> Vec<Violation> {
    let is_changed = |role: &Appointed<'_>| changes.iter().any(|change| change.key == role.team);
    // Pairs are many: only the roles that can clash, of the trusts whose teams were changed, are compared.
    let teams = case.of(ResourceType::CareTeam);
    let mut current: Vec<Appointed<'_>> =
        teams.flat_map(|team| Appointed::of(team, now)).filter(|role| can_clash(role)).collect();
    let trusts: BTreeSet<Option<&str>> =
        current.iter().filter(|role| is_changed(role)).map(|role| role.owner).collect();
    current.retain(|role| trusts.contains(&role.owner));
    current.sort_by_key(|role| (role.term.from, role.team, role.index));
    let mut found = Vec::new();
    for (later_at, later) in current.iter().enumerate() {
        for earlier in current.iter().take(later_at) {
            let named = if is_changed(later) { later } else { earlier };
            if is_changed(named) && later.term.overlaps(&earlier.term) && same_trust(earlier, later) {
                found.extend(
                    clash(case, earlier, later)
                        .map(|(rule, nb, en)| Violation::new(rule, named.team, &named.path(""), nb, en)),
                );
            }
        }
    }
    found.dedup();
    found
}

fn can_clash(role: &Appointed<'_>) -> bool {
    [Role::Koordinator, Role::Kontaktlege, Role::Kontaktpsykolog].into_iter().any(|it| role.holds(it))
}

type Clash = (&'static Rule, &'static str, &'static str);

fn clash(case: &Case<'_>, one: &Appointed<'_>, other: &Appointed<'_>) -> Option<Clash> {
    let contact = |role: &Appointed<'_>| role.holds(Role::Kontaktlege) || role.holds(Role::Kontaktpsykolog);
    if one.holds(Role::Koordinator) && other.holds(Role::Koordinator) {
        return Some((
            &ONE_KOORDINATOR,
            "Pasienten har allerede en koordinator ved dette helseforetaket i samme tidsrom.",
            "The patient already has a koordinator at this hospital trust in the same period.",
        ));
    }
    (contact(one) && contact(other) && same_department(case, one, other)).then_some((
        &ONE_KONTAKTLEGE_PER_DEPARTMENT,
        "Pasienten har allerede en kontaktlege eller kontaktpsykolog ved denne avdelingen i samme tidsrom.",
        "The patient already has a kontaktlege or kontaktpsykolog at this department in the same period.",
    ))
}

/// The trust is the tenant that owns the team; a team without owner stands alone.
fn same_trust(one: &Appointed<'_>, other: &Appointed<'_>) -> bool {
    if one.owner.is_none() || other.owner.is_none() { one.team == other.team } else { one.owner == other.owner }
}

/// Two roles without a department are in the same (unnamed) one.
fn same_department(case: &Case<'_>, one: &Appointed<'_>, other: &Appointed<'_>) -> bool {
    let (one, other) = (departments(case, one), departments(case, other));
    (one.is_empty() && other.is_empty()) || !one.is_disjoint(&other)
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
