//! Norwegian coordination law as pure functions on one patient's [`Case`]: no IO, no clock, no async.
//!
//! The service loads everything that is known about a person *after* a change, looks the team's people up, and asks
//! [`judge`]. A [`Violation`] refuses the whole interaction; a [`Consequence`] is something the service must do in the same
//! transaction. The rules themselves are the table [`rules`], printed to `docs/rules.md` by [`rules_markdown`].
//!
//! ```
//! use std::collections::BTreeMap;
//! use varde_fhir::ResourceKey;
//! use varde_rules::{Case, Change, Loaded, judge, look_up};
//!
//! let base = "https://varde.example/fhir";
//! let key = ResourceKey::parse("CareTeam/t1").unwrap();
//! let team = serde_json::json!({ "resourceType": "CareTeam", "id": "t1", "participant": [{
//!     "role": [{ "coding": [{ "system": "urn:oid:2.16.578.1.12.4.1.1.9034", "code": "18" }] }],
//!     "member": { "identifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "1234567" } },
//! }] });
//! // 1. Every current resource of the person, as it is after the change, with its owner (tenant).
//! let resources = vec![Loaded { key: &key, owner: Some("983974724"), resource: &team }];
//! // 2. The people and organisations these resources name; the closure asks the store.
//! let people = look_up(resources.iter().map(|loaded| loaded.resource), base, |_member| {
//!     Ok::<_, std::convert::Infallible>(None) // Key(key) → get, Identifier { .. } → by_identifier
//! }).unwrap();
//! // 3. Judge what changed.
//! let case = Case { person: Some("the person key"), base, resources, people: &people };
//! let verdict = judge(&case, &[Change { key: &key, before: None, after: Some(&team) }], 1_795_000_000_000_000);
//! let broken: Vec<&str> = verdict.violations.iter().map(|violation| violation.rule.id).collect();
//! assert_eq!(broken, ["consent-required", "contact-details"]);
//! ```

mod appointed;
mod appointments;
mod case;
mod claims;
mod competence;
mod consent;
mod history;
mod holder;
mod judge;
mod lookup;
mod markdown;
mod overlap;
mod patient;
mod plan;
mod rule;
mod verdict;
mod withdrawal;

pub use case::{Case, Change, Loaded};
pub use claims::claims;
pub use competence::DECISION_BY_HEALTH_PERSONNEL;
pub use consent::permits_koordinator;
pub use holder::{Holder, holder};
pub use judge::judge;
pub use lookup::{MemberRef, behind, look_up, members_to_look_up, organisations_to_look_up};
pub use markdown::rules_markdown;
pub use rule::{Rule, rule, rules};
pub use verdict::{Consequence, Verdict, Violation};
