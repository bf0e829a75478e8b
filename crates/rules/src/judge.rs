//! [`judge`]: every rule, on one patient's case, for one set of changes.

use crate::appointments::judge_roles;
use crate::case::{Case, Change, Loaded};
use crate::claims::claims;
use crate::consent::Consents;
use crate::history::judge_history;
use crate::overlap::judge_overlaps;
use crate::patient::Patient;
use crate::plan::judge_plans;
use crate::verdict::Verdict;
use crate::withdrawal::consequences;
use varde_fhir::{Micros, ResourceType};

/// Judges the changes of one interaction, operation or transaction, all together, on the state after them.
///
/// Only what the changes are answerable for is reported: the roles of a changed CareTeam, a changed CarePlan; a changed or
/// deleted Consent never breaks a rule, it has consequences. Current means: the team's status is absent or `active`, and the
/// role's period covers `now` or lies ahead; ended roles are history and are held only against being rewritten.
///
/// Ask for every change of a type with rules, also when no person could be resolved ([`Case::person`] is then `None`): a
/// koordinator without a patient has no consent either.
#[must_use]
pub fn judge(case: &Case<'_>, changes: &[Change<'_>], now: Micros) -> Verdict {
    let patient = Patient::of(case);
    let consents = Consents::of(case, &patient, now);
    let mut verdict = Verdict::default();
    for change in changes.iter().filter(|change| change.key.rtype == ResourceType::CareTeam) {
        let unlisted = || change.after.map(|resource| Loaded { key: change.key, owner: None, resource });
        if let Some(team) = case.get(change.key).copied().or_else(unlisted) {
            judge_roles(case, &patient, &consents, &team, now, &mut verdict);
        }
        verdict.violations.extend(judge_history(change, now));
    }
    verdict.violations.extend(judge_overlaps(case, changes, now));
    verdict.violations.extend(judge_plans(case, changes));
    verdict.consequences = consequences(case, &consents, changes, now);
    verdict.claims = claims(case, now);
    verdict.claims.retain(|key, _| changes.iter().any(|change| change.key == key));
    verdict
}
