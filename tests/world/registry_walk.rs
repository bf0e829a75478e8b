//! The registry, walked with real data: for every type, every search parameter and every modifier and prefix it lists, searches
//! that must find the type's fixture and searches that must not, worked out from what the fixture holds; and whatever FHIR knows
//! and the registry does not list is refused.

mod cases;
mod rest;

use crate::people::BERGEN;
use crate::roundtrip::fixtures;
use crate::world::{World, each};
use cases::{Case, cases};
use varde_fhir::ResourceType;
use varde_fhir::index::{IndexEntry, IndexValue, extract};
use varde_fhir::query::modifiers;
use varde_fhir::registry::{ParamKind, search_params};

/// Every modifier of FHIR search, R4 and later.
const MODIFIERS: [&str; 16] = [
    "above",
    "below",
    "code-text",
    "contains",
    "exact",
    "identifier",
    "in",
    "iterate",
    "missing",
    "not",
    "not-in",
    "of-type",
    "text",
    "text-advanced",
    "type",
    "Basic",
];
/// Parameters of FHIR search that no type here has <https://hl7.org/fhir/R4/search.html#all>.
const ELSEWHERE: [&str; 4] = ["_query", "_filter", "_content", "abatement-date"];

#[test]
fn every_parameter_and_modifier_finds_what_it_should_and_nothing_else() {
    each(|world| {
        let (mut asked, mut wrong, mut without) = (0, Vec::new(), Vec::new());
        for (rtype, text) in fixtures() {
            let stored = world
                .send(
                    world
                        .as_(BERGEN, "POST", &format!("/fhir/{rtype}"))
                        .header("content-type", "application/fhir+json")
                        .body(rest::completed(rtype, &text).to_string()),
                )
                .expect(201);
            let mut entries = extract(rtype, &stored.json, &world.base());
            // The server's own, beside the index.
            let now = world.clock.now();
            entries.push(IndexEntry { param: "_lastUpdated", value: IndexValue::Date { low: now, high: now + 1_000 } });
            for param in search_params(rtype) {
                let values: Vec<_> = entries.iter().filter(|entry| entry.param == param.name).collect();
                if values.is_empty() {
                    without.push(format!("{rtype}.{}", param.name));
                }
                for case in cases(param, &values) {
                    asked += 1;
                    wrong.extend(problem(world, rtype, &stored.id(), &case));
                }
            }
        }
        assert!(wrong.is_empty(), "{}: {} of {asked}:\n{}", world.database(), wrong.len(), wrong.join("\n"));
        assert_eq!(without, Vec::<String>::new(), "no fixture has a value of these");
        assert!(asked > 2_000, "{asked} searches");
    });
}

/// What is wrong with the answer to a case.
fn problem(world: &World, rtype: ResourceType, id: &str, case: &Case) -> Option<String> {
    let answer = world.search(BERGEN, rtype.as_str(), &[(&case.name, &case.value), ("_id", id)]);
    let shown = format!("{rtype}?{}={}", case.name, case.value);
    if answer.status != 200 {
        return Some(format!("{shown}: {} {}", answer.status, answer.text));
    }
    let found = answer.entries().iter().any(|resource| resource["id"] == id);
    (found != case.found).then(|| format!("{shown}: found {found}, should be {}", case.found))
}

#[test]
fn modifiers_that_a_parameter_does_not_list_are_refused() {
    each(|world| {
        let mut wrong = Vec::new();
        for (rtype, _) in fixtures() {
            for param in search_params(rtype) {
                let listed = modifiers(param);
                // Every wrong one has its own issue: they can be asked at once.
                let unlisted = MODIFIERS.iter().filter(|modifier| !listed.contains(&format!(":{modifier}")));
                let names: Vec<String> = unlisted.map(|modifier| format!("{}:{modifier}", param.name)).collect();
                let form: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "true")).collect();
                let answer = world.search(BERGEN, rtype.as_str(), &form);
                let issues = answer.json["issue"].as_array().cloned().unwrap_or_default();
                let refused: Vec<&str> = issues.iter().filter_map(|issue| issue["expression"][0].as_str()).collect();
                let expected: Vec<String> = names.iter().map(|name| format!("http.{name}")).collect();
                if answer.status != 400 || refused != expected {
                    wrong.push(format!("{rtype}?{}: {} {refused:?}", param.name, answer.status));
                }
            }
        }
        assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n"));
    });
}

#[test]
fn parameters_that_a_type_does_not_list_are_refused_with_the_nearest() {
    each(|world| {
        for (rtype, _) in fixtures() {
            for name in ELSEWHERE {
                assert_eq!(world.search(BERGEN, rtype.as_str(), &[(name, "x")]).status, 400, "{rtype}?{name}");
            }
            for param in search_params(rtype).iter().filter(|param| param.name.len() > 4) {
                let misspelt = format!("{}x", param.name);
                let answer = world.search(BERGEN, rtype.as_str(), &[(&misspelt, "x")]).expect(400);
                assert!(answer.text.contains(param.name), "{rtype}?{misspelt}: {}", answer.text);
            }
            if let Some(date) = search_params(rtype).iter().find(|param| param.kind == ParamKind::Date) {
                for value in ["xx2026", "2026-13", "2026-02-30", "between2026", "ge", "26", "2026-01-01T25:00:00Z"] {
                    let answer = world.search(BERGEN, rtype.as_str(), &[(date.name, value)]);
                    assert_eq!(answer.status, 400, "{rtype}?{}={value}: {}", date.name, answer.text);
                }
            }
        }
    });
}
