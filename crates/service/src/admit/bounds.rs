//! What R4 allows and this server does not take: national numbers in the directory, which everybody reads (security.md §2), teams
//! so large that judging one would make everybody wait, and parts of resources, which would take away what they leave out.

use serde_json::Value;
use varde_fhir::identifier::is_national_system;
use varde_fhir::registry::{Group, served};
use varde_fhir::summary::is_part;
use varde_fhir::{Issue, IssueCode, ResourceType, view};

/// The most participants of a team, ended roles included.
const MAX_PARTICIPANTS: usize = 300;

/// What is out of bounds in a resource whose structure is right.
pub(super) fn bounds(rtype: ResourceType, resource: &Value) -> Vec<Issue> {
    let directory = served(rtype).is_some_and(|row| row.group == Group::Directory);
    let mut issues = Vec::new();
    if directory && names_a_person(resource) {
        issues.push(national_number(rtype));
    }
    if rtype == ResourceType::CareTeam && view::items(resource, "participant").len() > MAX_PARTICIPANTS {
        issues.push(too_many_participants());
    }
    if is_part(resource) {
        issues.push(part(rtype));
    }
    issues
}

/// <https://hl7.org/fhir/R4/search.html#elements>
fn part(rtype: ResourceType) -> Issue {
    Issue::error(
        IssueCode::BusinessRule,
        "subsetted",
        "Ressursen er merket SUBSETTED: den er lest med _summary eller _elements, og resten ville gått tapt. Les den hel og send den på nytt, eller bruk PATCH.",
        "The resource is tagged SUBSETTED: it was read with _summary or _elements, and the rest would be lost. Read it whole and send it again, or use PATCH.",
    )
    .at(format!("{rtype}.meta.tag"))
}

/// Whether an identifier anywhere in it is a national number.
fn names_a_person(resource: &Value) -> bool {
    let mut rest = vec![resource];
    while let Some(value) = rest.pop() {
        match value {
            Value::Object(members) => {
                let national = members.get("system").and_then(Value::as_str).is_some_and(is_national_system);
                if national && members.contains_key("value") {
                    return true;
                }
                rest.extend(members.values());
            }
            Value::Array(items) => rest.extend(items),
            _ => {}
        }
    }
    false
}

fn national_number(rtype: ResourceType) -> Issue {
    Issue::error(
        IssueCode::BusinessRule,
        "national-number-in-directory",
        format!("{rtype} står i katalogen, som alle leser, og kan ikke ha fødselsnummer eller D-nummer. Bruk HPR-nummer."),
        format!("{rtype} stands in the directory, which everybody reads, and holds no national identity number. Use the HPR number."),
    )
    .at(rtype.as_str())
}

fn too_many_participants() -> Issue {
    Issue::error(
        IssueCode::TooCostly,
        "too-many-participants",
        format!(
            "Et team kan ha høyst {MAX_PARTICIPANTS} deltakere, avsluttede roller medregnet. Opprett et nytt team."
        ),
        format!("A team has at most {MAX_PARTICIPANTS} participants, ended roles included. Create a new team."),
    )
    .at("CareTeam.participant")
}
