//! Properties of the validator: it never panics, and no renamed element slips through.

use crate::check::fixture;
use proptest::prelude::*;
use serde_json::{Map, Number, Value};
use varde_fhir::ResourceType;
use varde_fhir::json::{Limits, parse, to_bytes};
use varde_fhir::registry::served;
use varde_fhir::table;
use varde_fhir::validate::validate;

/// Names that FHIR knows and names that nobody knows.
fn name() -> impl Strategy<Value = String> {
    let known: Vec<String> = table::nodes().flat_map(|(_, node)| node.property_names()).map(str::to_owned).collect();
    prop_oneof![
        4 => prop::sample::select(known.clone()),
        1 => prop::sample::select(known).prop_map(|name| format!("_{name}")),
        1 => Just("resourceType".to_owned()),
        1 => ".{0,8}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    let types: Vec<String> = ResourceType::ALL.iter().map(ToString::to_string).collect();
    prop_oneof![
        Just(String::new()),
        prop::sample::select(types),
        "[0-9T:.Z+-]{0,30}",
        "#?[A-Za-z]{0,8}(/|\\?|://|:){0,2}[a-z0-9_=]{0,8}",
        ".{0,20}",
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?(e[+-][0-9]{1,12})?"
            .prop_map(|number| Value::Number(number.parse::<Number>().unwrap())),
        text().prop_map(Value::String),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((name(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn any_type() -> impl Strategy<Value = ResourceType> {
    prop::sample::select(ResourceType::ALL)
}

/// Counts the objects' names, or renames the one at a position.
fn rename(value: &mut Value, position: &mut usize) -> bool {
    match value {
        Value::Array(list) => list.iter_mut().any(|item| rename(item, position)),
        Value::Object(object) => {
            let names: Vec<String> = object.keys().cloned().collect();
            for name in names {
                if *position == 0 {
                    let inner = object.remove(&name).unwrap();
                    object.insert(format!("{name}Zz"), inner);
                    return true;
                }
                *position -= 1;
                if rename(&mut object[&name], position) {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}

/// Replaces the value at a position.
fn replace(value: &mut Value, position: &mut usize, with: &Value) -> bool {
    if *position == 0 {
        *value = with.clone();
        return true;
    }
    *position -= 1;
    match value {
        Value::Array(list) => list.iter_mut().any(|item| replace(item, position, with)),
        Value::Object(object) => object.values_mut().any(|item| replace(item, position, with)),
        _ => false,
    }
}

#[test]
fn every_renamed_element_is_an_issue() {
    for rtype in ResourceType::ALL {
        if served(*rtype).is_none() {
            continue;
        }
        let good = fixture(*rtype);
        for position in 0.. {
            let mut bad = good.clone();
            if !rename(&mut bad, &mut position.clone()) {
                assert!(position > 5, "{rtype}");
                break;
            }
            assert!(!validate(*rtype, &bad).is_empty(), "{rtype} {position}: {bad}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn arbitrary_json_never_panics(rtype in any_type(), value in any_json()) {
        let mut value = value;
        for issue in validate(rtype, &value) {
            prop_assert!(issue.expression.unwrap().starts_with(rtype.as_str()));
        }
        if let Some(object) = value.as_object_mut() {
            object.insert("resourceType".to_owned(), Value::from(rtype.as_str()));
        }
        let _ = validate(rtype, &value);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, Limits::RESOURCE);
    }

    #[test]
    fn the_reader_agrees_with_the_library(value in any_json()) {
        let wrapped = serde_json::json!({ "value": value });
        let bytes = to_bytes(&wrapped);
        prop_assert_eq!(to_bytes(&parse(&bytes, Limits::RESOURCE).unwrap()), bytes);
    }

    #[test]
    fn a_changed_value_never_panics(rtype in any_type(), position in 0_usize..400, value in any_json()) {
        if served(rtype).is_some() {
            let mut resource = fixture(rtype);
            let mut at = position;
            replace(&mut resource, &mut at, &value);
            let _ = validate(rtype, &resource);
        }
    }
}
