//! What [`crate::judge`] says: no with reasons, or yes with consequences.

use crate::rule::Rule;
use std::collections::BTreeMap;
use varde_fhir::outcome::RULE_SYSTEM;
use varde_fhir::{Issue, IssueCode, Micros, ResourceKey, Severity};

/// The answer to a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Broken rules: when there is one, nothing is stored.
    pub violations: Vec<Violation>,
    /// What the caller should look at although the change stands.
    pub warnings: Vec<Violation>,
    /// For each changed (not deleted) CareTeam and CarePlan, the business-unique keys it holds from now on, possibly none.
    pub claims: BTreeMap<ResourceKey, Vec<String>>,
    /// What else must happen in the same transaction.
    pub consequences: Vec<Consequence>,
}

/// One broken rule (or, as a warning, one that soon may be).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: &'static Rule,
    /// The changed resource it is about.
    pub resource: Option<ResourceKey>,
    /// FHIRPath from the resource's type, e.g. `CareTeam.participant[0].member`.
    pub expression: String,
    /// What is wrong and how to remedy it, in Norwegian bokmål.
    pub nb: String,
    /// What is wrong and how to remedy it, in English.
    pub en: String,
}

impl Violation {
    /// Joins the finding with the rule's remedy and source.
    pub(crate) fn new(rule: &'static Rule, key: &ResourceKey, path: &str, nb: &str, en: &str) -> Self {
        Self {
            rule,
            resource: Some(key.clone()),
            expression: format!("{}{path}", key.rtype),
            nb: format!("{nb} {} [{}]", rule.remedy_nb, rule.source),
            en: format!("{en} {} [{}]", rule.remedy_en, rule.source),
        }
    }

    /// The violation as an OperationOutcome issue, with the rule's id as its code.
    #[must_use]
    pub fn issue(&self, severity: Severity) -> Issue {
        Issue {
            severity,
            code: IssueCode::BusinessRule,
            system: RULE_SYSTEM,
            key: self.rule.id,
            nb: self.nb.clone(),
            en: self.en.clone(),
            expression: Some(self.expression.clone()),
        }
    }
}

/// Something the service must do in the same transaction as the change.
///
/// After doing all of them it judges again, with the altered resources among the changes: that gives their claims, and
/// proves that the result obeys the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The consent a role rested on is gone: end the role. Set `participant[index].period.end`, as an instant with its time.
    EndRole {
        /// The CareTeam.
        team: ResourceKey,
        /// The organisation that owns the team (orgnr).
        owner: Option<String>,
        /// Index into `CareTeam.participant`.
        participant_index: usize,
        /// The end: now, or the role's own start when it had not begun (it then never happened).
        end: Micros,
        /// Why, in Norwegian bokmål, for journal note and receivers.
        reason_nb: &'static str,
        /// Why, in English.
        reason_en: &'static str,
    },
}
