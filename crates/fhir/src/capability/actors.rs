//! The actors of implementation guides that this server can be <https://hl7.org/fhir/R4/capabilitystatement.html>: what each must
//! do is a table, and an actor is stated when the registry does all of it.

use crate::ResourceType;
use crate::registry::{search_param, served};

/// What an actor must do with one type.
struct Actor {
    canonical: &'static str,
    rtype: ResourceType,
    /// FHIR interaction codes.
    interactions: &'static [&'static str],
    params: &'static [&'static str],
}

/// IHE Patient Care Coordination: Dynamic Care Team Management and Dynamic Care Planning.
static ACTORS: [Actor; 2] = [
    Actor {
        canonical: "http://ihe.net/fhir/CapabilityStatement/IHE_DCTM_CareTeamService",
        rtype: ResourceType::CareTeam,
        interactions: SERVICE,
        params: &["category", "date", "participant", "patient", "status", "subject"],
    },
    Actor {
        canonical: "http://ihe.net/fhir/CapabilityStatement/IHE_DCP_CarePlanService",
        rtype: ResourceType::CarePlan,
        interactions: SERVICE,
        params: &[
            "activity-code",
            "activity-date",
            "activity-reference",
            "based-on",
            "care-team",
            "category",
            "condition",
            "date",
            "instantiates-canonical",
            "instantiates-uri",
            "intent",
            "part-of",
            "patient",
            "replaces",
            "status",
            "subject",
        ],
    },
];

const SERVICE: &[&str] = &["create", "update", "read", "vread", "search-type", "history-instance", "history-type"];

/// The canonical URLs of the actors whose every demand is met.
pub(super) fn instantiated() -> Vec<&'static str> {
    ACTORS.iter().filter(|actor| lacking(actor).is_empty()).map(|actor| actor.canonical).collect()
}

/// What an actor must do and this server does not.
fn lacking(actor: &Actor) -> Vec<&'static str> {
    let does = |code: &&str| {
        served(actor.rtype).is_some_and(|row| row.interactions.iter().any(|interaction| interaction.code() == *code))
    };
    let interactions = actor.interactions.iter().copied().filter(|code| !does(code));
    interactions.chain(actor.params.iter().copied().filter(|name| search_param(actor.rtype, name).is_none())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demands_of_the_actors_are_met() {
        for actor in &ACTORS {
            assert_eq!(lacking(actor), Vec::<&str>::new(), "{}", actor.canonical);
        }
        assert_eq!(instantiated().len(), ACTORS.len());
    }
}
