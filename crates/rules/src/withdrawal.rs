//! A consent that is withdrawn: it must always be possible, so the role that rested on it ends; the change is not refused
//! (domain flow 15; pasient- og brukerrettighetsloven §4-1: a consent may be withdrawn).

use crate::appointed::{Appointed, Role};
use crate::case::{Case, Change};
use crate::consent::{Consents, is_about_koordinator, is_active, is_denial};
use crate::verdict::Consequence;
use varde_fhir::{Micros, ResourceType};

/// The roles that end because a changed Consent no longer carries them. Teams that are changed themselves are judged
/// instead: whoever writes a team answers for its roles.
pub(crate) fn consequences(
    case: &Case<'_>,
    consents: &Consents<'_, '_>,
    changes: &[Change<'_>],
    now: Micros,
) -> Vec<Consequence> {
    if !changes.iter().any(withdraws) {
        return Vec::new();
    }
    let untouched = case.of(ResourceType::CareTeam).filter(|team| !changes.iter().any(|change| change.key == team.key));
    let roles = untouched.flat_map(|team| Appointed::of(team, now)).filter(|role| role.holds(Role::Koordinator));
    let unsupported = roles.filter(|role| consents.support(role).is_err());
    unsupported.map(|role| end(&role, now)).collect()
}

/// Whether a change takes away a consent that may have carried a role, or records a refusal.
fn withdraws(change: &Change<'_>) -> bool {
    let carried = change.before.is_some_and(|it| is_about_koordinator(it) && is_active(it) && !is_denial(it));
    let refuses = change.after.is_some_and(|it| is_about_koordinator(it) && is_active(it) && is_denial(it));
    change.key.rtype == ResourceType::Consent && (carried || refuses)
}

fn end(role: &Appointed<'_>, now: Micros) -> Consequence {
    Consequence::EndRole {
        team: role.team.clone(),
        owner: role.owner.map(str::to_owned),
        participant_index: role.index,
        end: now.max(role.term.from),
        reason_nb: "Samtykket til koordinator er trukket tilbake eller gjelder ikke lenger.",
        reason_en: "The consent to a koordinator was withdrawn or is no longer in force.",
    }
}
