//! The policy: reviewed as text, complete over the registry, and asked the questions a stranger would ask.

use varde_auth::policy::{Act, allows, organisation, table};
use varde_auth::{Actor, ActorKind, Scopes};
use varde_fhir::ResourceType;
use varde_fhir::registry::{Interaction, OperationKind, operation, operations, served_types};

fn actor(kind: ActorKind, scopes: &str) -> Actor {
    Actor {
        client: "test".to_owned(),
        tenant: "983974724".to_owned(),
        unit: Some("974557746".to_owned()),
        supplier: None,
        kind,
        hpr: None,
        scopes: Scopes::parse(scopes, "varde:"),
        purpose: None,
        decision: None,
    }
}

#[test]
fn the_policy_is_the_reviewed_text() {
    let reviewed = include_str!("../../policy.txt");
    let table = table();
    assert!(table == reviewed, "crates/auth/policy.txt is not the policy; review and replace it with:\n{table}");
}

#[test]
fn every_type_and_operation_of_the_registry_has_exactly_one_row() {
    let text = table();
    let rows = |name: &str| text.lines().filter(|line| line.split_whitespace().next() == Some(name)).count();
    for served in served_types() {
        assert_eq!(rows(served.rtype.as_str()), 1, "{}", served.rtype);
    }
    for operation in operations().iter().filter(|operation| operation.kind == OperationKind::Job) {
        let name = format!("{}/${}", operation.rtype, operation.name);
        assert_eq!(rows(&name), 1, "{name}");
        assert!(text.lines().any(|l| l.starts_with(&name) && l.ends_with(operation.scope)), "{name} names its scope");
    }
}

#[test]
fn nothing_is_permitted_that_the_registry_does_not_serve() {
    let scopes = "system/*.cruds varde:appoint varde:plan-status varde:report varde:audit";
    for kind in ActorKind::ALL {
        let actor = actor(*kind, scopes);
        for served in served_types() {
            for interaction in [Interaction::Create, Interaction::Update, Interaction::Delete] {
                if !served.allows(interaction) {
                    let act = Act::Interaction(interaction, served.rtype);
                    assert!(allows(&actor, &act).is_err(), "{kind:?} {interaction:?} {}", served.rtype);
                }
            }
        }
    }
}

#[test]
fn the_kind_and_the_scope_must_both_say_yes() {
    use ActorKind::{Hospital, Ke, Municipality, Other, Region, Supervisor, System};
    use Interaction::{Create, Delete, HistoryInstance, Read, SearchType, Update, Vread};
    let act = Act::Interaction;
    let appoint = Act::Operation(operation(ResourceType::CareTeam, "appoint", false).unwrap());
    let end = Act::Operation(operation(ResourceType::CareTeam, "end-appointment", true).unwrap());
    let pull = Act::Operation(operation(ResourceType::CarePlan, "plan-status", false).unwrap());
    let validate = Act::Operation(operation(ResourceType::CareTeam, "validate", false).unwrap());
    let expand = Act::Operation(operation(ResourceType::ValueSet, "expand", false).unwrap());
    let (yes, kind, scope) = (None, Some("act-not-allowed"), Some("scope-missing"));
    let all = "system/*.cruds varde:appoint varde:plan-status varde:report varde:audit";
    for (who, scopes, what, expected) in [
        (Other, "", Act::Capabilities, yes),
        (Hospital, all, act(Create, ResourceType::CareTeam), yes),
        (Hospital, "system/CareTeam.c", act(Create, ResourceType::CareTeam), yes),
        (Hospital, "system/CareTeam.ruds", act(Create, ResourceType::CareTeam), scope),
        (Hospital, "system/*.rs", act(Update, ResourceType::CareTeam), scope),
        (Hospital, "system/CarePlan.cruds", act(Read, ResourceType::CareTeam), scope),
        (Hospital, "system/CareTeam.r", act(Vread, ResourceType::CareTeam), yes),
        (Hospital, "system/CareTeam.r", act(HistoryInstance, ResourceType::CareTeam), yes),
        (Hospital, "system/CareTeam.r", act(SearchType, ResourceType::CareTeam), scope),
        (Hospital, "system/CareTeam.s", act(SearchType, ResourceType::CareTeam), yes),
        (Hospital, "system/CareTeam.d", act(Delete, ResourceType::CareTeam), yes),
        (Hospital, "system/CareTeam.rs?status=active", act(Read, ResourceType::CareTeam), scope),
        (Hospital, "varde:appoint", appoint, yes),
        (Hospital, "varde:appoint", end, yes),
        (Hospital, "system/*.cruds", appoint, scope),
        (Ke, all, appoint, yes),
        (Municipality, all, appoint, kind),
        (Municipality, all, end, kind),
        (Municipality, all, pull, yes),
        (Municipality, "system/*.cruds", pull, scope),
        (Municipality, all, act(Create, ResourceType::CarePlan), yes),
        (Municipality, all, act(Create, ResourceType::CareTeam), yes),
        (Municipality, all, act(Update, ResourceType::Task), yes),
        (Municipality, all, act(Create, ResourceType::Task), kind),
        (Municipality, all, act(Create, ResourceType::Encounter), kind),
        (Municipality, all, Act::Transaction, yes),
        (Region, all, act(Create, ResourceType::CareTeam), kind),
        (Region, all, act(Create, ResourceType::Patient), kind),
        (Region, all, act(SearchType, ResourceType::CareTeam), yes),
        (Region, all, act(Update, ResourceType::Organization), yes),
        (Region, all, pull, kind),
        (Region, all, act(Read, ResourceType::MeasureReport), yes),
        (Region, "system/*.rs", act(Read, ResourceType::MeasureReport), scope),
        (Hospital, "system/*.rs", act(SearchType, ResourceType::AuditEvent), scope),
        (Hospital, all, act(SearchType, ResourceType::AuditEvent), yes),
        (Hospital, all, act(Create, ResourceType::AuditEvent), kind),
        (Supervisor, all, act(Read, ResourceType::CarePlan), yes),
        (Supervisor, all, act(Create, ResourceType::Organization), kind),
        (System, all, act(Create, ResourceType::Endpoint), yes),
        (System, all, act(Read, ResourceType::Patient), kind),
        (Other, all, act(Read, ResourceType::Organization), yes),
        (Other, all, act(Create, ResourceType::Organization), kind),
        (Other, all, act(Read, ResourceType::CareTeam), kind),
        (Other, all, Act::Transaction, kind),
        (Hospital, all, act(Read, ResourceType::Bundle), kind),
        (Hospital, "system/CareTeam.s", validate, yes),
        (Region, all, validate, yes),
        (Hospital, "system/CarePlan.cruds", validate, scope),
        (Other, all, validate, kind),
        (Other, "", expand, yes),
    ] {
        let answer = allows(&actor(who, scopes), &what);
        assert_eq!(answer.err().map(|denied| denied.key), expected, "{who:?} with {scopes}: {what:?}");
    }
}

#[test]
fn a_refusal_says_what_is_missing() {
    let create = Act::Interaction(Interaction::Create, ResourceType::CareTeam);
    let denied = allows(&actor(ActorKind::Hospital, "system/*.rs"), &create).unwrap_err();
    assert_eq!(denied.en, "The token lacks the scope system/CareTeam.c: ask the issuer for a token that has it.");
    assert_eq!(denied.nb, "Tokenet mangler scope system/CareTeam.c: be utstederen om et token med det.");
    let denied = allows(&actor(ActorKind::Region, "system/*.cruds"), &create).unwrap_err();
    assert_eq!(denied.en, "Organisations of the kind region may not do create CareTeam.");
    assert_eq!(denied.nb, "Virksomheter av typen regionalt helseforetak kan ikke utføre create CareTeam.");
    let appoint = Act::Operation(operation(ResourceType::CareTeam, "appoint", false).unwrap());
    let mut prefixed = actor(ActorKind::Hospital, "");
    prefixed.scopes = Scopes::parse("", "nhn:varde/");
    assert!(allows(&prefixed, &appoint).unwrap_err().en.contains("nhn:varde/appoint"));
}

#[test]
fn the_view_is_that_of_the_legal_entity() {
    assert_eq!(organisation(&actor(ActorKind::Hospital, "")), "983974724");
}
