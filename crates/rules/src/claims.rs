//! Business-unique keys: what the database itself guards besides the rules, so that no race and no second writer can break
//! `one-koordinator` and `one-ip`.

use crate::appointed::{Appointed, Role};
use crate::case::{Case, Loaded};
use crate::plan::is_active_ip;
use std::collections::BTreeMap;
use varde_fhir::time::FOREVER;
use varde_fhir::{Micros, ResourceKey, ResourceType};

/// The claims of every CareTeam and CarePlan of the case: `koordinator/{person}/{trust}` for a team with an open-ended role
/// 18, `ip/{person}` for the active individual plan. Types without claims are left out; a team or plan that holds none has
/// an empty list.
///
/// A role whose end is already set claims nothing: its claim would outlive it when the end passes without a write.
#[must_use]
pub fn claims(case: &Case<'_>, now: Micros) -> BTreeMap<ResourceKey, Vec<String>> {
    let teams_and_plans =
        case.resources.iter().filter(|it| matches!(it.key.rtype, ResourceType::CareTeam | ResourceType::CarePlan));
    teams_and_plans
        .map(|it| (it.key.clone(), case.person.and_then(|person| claim(person, it, now)).into_iter().collect()))
        .collect()
}

fn claim(person: &str, loaded: &Loaded<'_>, now: Micros) -> Option<String> {
    match loaded.key.rtype {
        ResourceType::CarePlan => is_active_ip(loaded.resource).then(|| format!("ip/{person}")),
        ResourceType::CareTeam => {
            let trust = loaded.owner?;
            let open_ended = |role: &Appointed<'_>| role.holds(Role::Koordinator) && role.term.until == FOREVER;
            Appointed::of(loaded, now).iter().any(open_ended).then(|| format!("koordinator/{person}/{trust}"))
        }
        _ => None,
    }
}
