//! `closed-period`: periods run forward, and what has ended stays as it was
//! (Helse Bergen D30373 5.1 i: the record tells who had the role, and when).

use crate::case::Change;
use crate::rule::CLOSED_PERIOD;
use crate::verdict::Violation;
use serde_json::Value;
use std::collections::BTreeSet;
use varde_fhir::view;
use varde_fhir::{Micros, ResourceType};

/// Judges the periods of a changed CareTeam, and its ended roles against the stored version.
pub(crate) fn judge_history(change: &Change<'_>, now: Micros) -> Vec<Violation> {
    let Some(after) = change.after.filter(|_| change.key.rtype == ResourceType::CareTeam) else { return Vec::new() };
    let mut found = Vec::new();
    for (index, participant) in view::items(after, "participant").iter().enumerate() {
        if runs_backward(participant.get("period")) {
            found.push(Violation::new(
                &CLOSED_PERIOD,
                change.key,
                &format!(".participant[{index}].period"),
                "Rollen slutter før den begynner.",
                "The role ends before it begins.",
            ));
        }
    }
    found.extend(change.before.and_then(|before| rewritten(change, before, after, now)));
    found
}

fn runs_backward(period: Option<&Value>) -> bool {
    let text = |name| period.and_then(|period| view::text(period, name)).and_then(view::interval);
    matches!((text("start"), text("end")), (Some((start, _)), Some((_, after_end))) if after_end <= start)
}

/// The first ended role of the stored team that the new one no longer has as it was.
fn rewritten(change: &Change<'_>, before: &Value, after: &Value, now: Micros) -> Option<Violation> {
    let mut kept: Vec<Entry<'_>> =
        view::items(after, "participant").iter().map(|participant| Entry::of(after, participant)).collect();
    for (index, participant) in view::items(before, "participant").iter().enumerate() {
        if view::term(participant.get("period")).is_current(now) {
            continue;
        }
        let ended = Entry::of(before, participant);
        if let Some(at) = kept.iter().position(|entry| *entry == ended) {
            kept.swap_remove(at);
            continue;
        }
        // The element is named where it stood; what is gone has no other place.
        return Some(Violation::new(
            &CLOSED_PERIOD,
            change.key,
            &format!(".participant[{index}]"),
            "En avsluttet rolle er endret, gjenåpnet eller fjernet.",
            "An ended role was changed, reopened or removed.",
        ));
    }
    None
}

/// What makes a role entry what it is: roles, person, unit and period. A display may be corrected.
#[derive(PartialEq, Eq)]
struct Entry<'a> {
    roles: BTreeSet<(&'a str, &'a str)>,
    member: Named<'a>,
    unit: Named<'a>,
    start: Option<&'a str>,
    end: Option<&'a str>,
}

/// Whom a reference names: literal, identifier, and for a contained person the identifiers and name behind the `#`.
#[derive(PartialEq, Eq)]
struct Named<'a> {
    literal: Option<&'a str>,
    identifier: Option<(&'a str, &'a str)>,
    contained: Option<(&'a [Value], Option<String>)>,
}

impl<'a> Entry<'a> {
    fn of(team: &'a Value, participant: &'a Value) -> Self {
        let date = |name| participant.get("period").and_then(|period| view::text(period, name));
        Self {
            roles: participant.get("role").map(|role| view::codings(role).collect()).unwrap_or_default(),
            member: Named::of(team, participant.get("member")),
            unit: Named::of(team, participant.get("onBehalfOf")),
            start: date("start"),
            end: date("end"),
        }
    }
}

impl<'a> Named<'a> {
    fn of(team: &'a Value, reference: Option<&'a Value>) -> Self {
        let literal = reference.and_then(|it| view::text(it, "reference"));
        let identifier = reference.and_then(|it| it.get("identifier"));
        let inner = literal.and_then(|text| text.strip_prefix('#')).and_then(|id| view::contained(team, id));
        Self {
            literal,
            identifier: identifier
                .and_then(|it| Some((view::text(it, "system").unwrap_or_default(), view::text(it, "value")?))),
            contained: inner.map(|it| (view::items(it, "identifier"), view::human_name(it))),
        }
    }
}
