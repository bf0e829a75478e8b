//! Every kind of search parameter with every modifier.

use super::world::{Draft, World, date, kind, on_both, query, reference, string, token, uri, with};
use serde_json::{Value, json};
use varde_fhir::ResourceType;
use varde_fhir::query::{Modifier, Prefix, TermValue};
use varde_fhir::registry::ParamKind;

on_both!(
    tokens,
    strings,
    dates,
    approximate_dates,
    uris,
    references,
    missing,
    id_and_last_updated,
    and_or,
    hostile_values
);

fn fill(world: &World, rtype: ResourceType, resources: &[(&str, Value)]) {
    for (id, resource) in resources {
        Draft::new(&format!("{rtype}/{id}"), resource.clone()).store(world);
    }
}

/// Each row: parameter, modifier, value, ids found.
type Rows<'a> = &'a [(&'a str, Modifier, TermValue, &'a [&'a str])];

fn check(world: &World, rtype: ResourceType, rows: Rows<'_>) {
    for (name, modifier, value, expected) in rows {
        let found = world.found(&with(query(rtype), name, *modifier, std::slice::from_ref(value)));
        assert_eq!(&found, expected, "{name}:{modifier:?}={value:?}");
    }
}

fn tokens(world: &World) {
    let coded = |system: &str, code: &str| json!({"resourceType": "CareTeam", "category": [{"coding": [{"system": system, "code": code}]}]});
    let bare = json!({"resourceType": "CareTeam", "category": [{"coding": [{"code": "a"}]}], "status": "active"});
    fill(
        world,
        ResourceType::CareTeam,
        &[
            ("1", coded("urn:x", "a")),
            ("2", coded("urn:y", "a")),
            ("3", coded("urn:x", "b")),
            ("4", bare),
            ("5", json!({})),
        ],
    );
    assert_eq!(kind(ResourceType::CareTeam, "category"), ParamKind::Token);
    check(
        world,
        ResourceType::CareTeam,
        &[
            ("category", Modifier::None, token("a"), &["1", "2", "4"]),
            ("category", Modifier::None, token("A"), &[]),
            ("category", Modifier::None, token("urn:x|a"), &["1"]),
            ("category", Modifier::None, token("urn:x|"), &["1", "3"]),
            ("category", Modifier::None, token("|a"), &["4"]),
            ("category", Modifier::None, token("urn:z|a"), &[]),
            ("category", Modifier::Not, token("a"), &["3", "5"]),
            ("category", Modifier::Not, token("urn:x|a"), &["2", "3", "4", "5"]),
            ("status", Modifier::None, token("active"), &["4"]),
        ],
    );
}

fn strings(world: &World) {
    let named = |family: &str| json!({"resourceType": "Patient", "name": [{"family": family, "given": ["Kari"]}]});
    let long = format!("{}slutt", "lang".repeat(60));
    fill(
        world,
        ResourceType::Patient,
        &[
            ("1", named("Østby")),
            ("2", named("Berg-Hansen")),
            ("3", named("bergan")),
            ("4", named("100%_!")),
            ("5", named(&long)),
        ],
    );
    assert_eq!(kind(ResourceType::Patient, "family"), ParamKind::String);
    check(
        world,
        ResourceType::Patient,
        &[
            ("family", Modifier::None, string("berg"), &["2", "3"]),
            ("family", Modifier::None, string("BERGA"), &["3"]),
            ("family", Modifier::None, string("østby"), &["1"]),
            ("family", Modifier::None, string("ansen"), &[]),
            ("family", Modifier::None, string(&"lang".repeat(60)), &["5"]),
            ("family", Modifier::None, string(&format!("{}x", "lang".repeat(60))), &[]),
            ("family", Modifier::Contains, string("ERG"), &["2", "3"]),
            ("family", Modifier::Contains, string("hansen"), &["2"]),
            ("family", Modifier::Contains, string("%_"), &["4"]),
            ("family", Modifier::Contains, string("gslutt"), &["5"]),
            ("family", Modifier::Exact, string("bergan"), &["3"]),
            ("family", Modifier::Exact, string("Bergan"), &[]),
            ("family", Modifier::Exact, string("Berg"), &[]),
            ("family", Modifier::Exact, string(&long), &["5"]),
            ("name", Modifier::None, string("kari"), &["1", "2", "3", "4", "5"]),
        ],
    );
}

fn dates(world: &World) {
    let period = |start: Option<&str>, end: Option<&str>| {
        let mut period = json!({});
        for (name, date) in [("start", start), ("end", end)] {
            if let Some(date) = date {
                period[name] = json!(date);
            }
        }
        json!({"resourceType": "CareTeam", "period": period})
    };
    fill(
        world,
        ResourceType::CareTeam,
        &[
            ("march", period(Some("2026-03-01"), Some("2026-03-31"))),
            ("day", period(Some("2026-04-15"), Some("2026-04-15"))),
            ("year", period(Some("2026"), Some("2026"))),
            ("open", period(Some("2026-05-01"), None)),
            ("ended", period(None, Some("2025-12-31"))),
            ("none", json!({"resourceType": "CareTeam"})),
        ],
    );
    assert_eq!(kind(ResourceType::CareTeam, "date"), ParamKind::Date);
    let row = |prefix, text, expected: &'static [&'static str]| ("date", Modifier::None, date(prefix, text), expected);
    check(
        world,
        ResourceType::CareTeam,
        &[
            row(Prefix::Eq, "2026-03", &["march"]),
            row(Prefix::Eq, "2026-04-15", &["day"]),
            row(Prefix::Eq, "2026", &["march", "day", "year"]),
            row(Prefix::Ne, "2026", &["open", "ended"]),
            row(Prefix::Ne, "2026-04-15", &["march", "year", "open", "ended"]),
            row(Prefix::Gt, "2026-03-31", &["day", "year", "open"]),
            row(Prefix::Gt, "2026", &["open"]),
            row(Prefix::Lt, "2026-03-01", &["year", "ended"]),
            row(Prefix::Lt, "2026", &["ended"]),
            row(Prefix::Ge, "2026", &["march", "day", "year", "open"]),
            row(Prefix::Le, "2026", &["march", "day", "year", "ended"]),
            row(Prefix::Sa, "2026-03-31", &["day", "open"]),
            row(Prefix::Sa, "2026-03-30", &["day", "open"]),
            row(Prefix::Eb, "2026-04-15", &["march", "ended"]),
            row(Prefix::Eb, "2026", &["ended"]),
        ],
    );
}

fn approximate_dates(world: &World) {
    let started = |day: &str| json!({"resourceType": "Goal", "startDate": day});
    fill(
        world,
        ResourceType::Goal,
        &[
            ("1", started("2026-11-01")),
            ("2", started("2026-10-30")),
            ("3", started("2025-11-22")),
            ("4", started("2025-12-20")),
        ],
    );
    let row =
        |text, expected: &'static [&'static str]| ("start-date", Modifier::None, date(Prefix::Ap, text), expected);
    // Now is 2026-11-22: the margin is some 2 days for the first, some 36 for the second, none for today.
    check(
        world,
        ResourceType::Goal,
        &[
            row("2026-11-02", &["1"]),
            row("2025-11-20", &["3", "4"]),
            row("2026-11-22", &[]),
            row("2026-10-31", &["1", "2"]),
        ],
    );
}

fn uris(world: &World) {
    let profiled = |url: &str| json!({"resourceType": "Goal", "meta": {"profile": [url]}});
    fill(world, ResourceType::Goal, &[("1", profiled("http://a/p")), ("2", profiled("http://a/p/q"))]);
    assert_eq!(kind(ResourceType::Goal, "_profile"), ParamKind::Uri);
    check(
        world,
        ResourceType::Goal,
        &[
            ("_profile", Modifier::None, uri("http://a/p"), &["1"]),
            ("_profile", Modifier::None, uri("http://a/p/q"), &["2"]),
            ("_profile", Modifier::None, uri("http://a"), &[]),
        ],
    );
}

fn references(world: &World) {
    let owned = |owner: &Value| json!({"resourceType": "Task", "owner": owner});
    fill(
        world,
        ResourceType::Task,
        &[
            ("1", owned(&json!({"reference": "Organization/x"}))),
            ("2", owned(&json!({"reference": "Practitioner/x"}))),
            ("3", owned(&json!({"reference": "https://elsewhere.example/fhir/Organization/x"}))),
            ("4", owned(&json!({"reference": "https://varde.example/fhir/Organization/x/_history/3"}))),
            ("5", owned(&json!({"identifier": {"system": "urn:enh", "value": "9"}, "reference": "Organization/y"}))),
            ("6", json!({"resourceType": "Task"})),
        ],
    );
    let url = "https://elsewhere.example/fhir/Organization/x";
    check(
        world,
        ResourceType::Task,
        &[
            ("owner", Modifier::None, reference("Organization/x"), &["1", "4"]),
            ("owner", Modifier::None, reference("x"), &["1", "2", "4"]),
            ("owner", Modifier::Type(ResourceType::Practitioner), reference("x"), &["2"]),
            ("owner", Modifier::None, reference(url), &["3"]),
            ("owner", Modifier::Identifier, token("urn:enh|9"), &["5"]),
            ("owner", Modifier::Identifier, token("9"), &["5"]),
            ("owner", Modifier::Identifier, token("|9"), &[]),
            ("owner", Modifier::None, reference("Organization/y"), &["5"]),
        ],
    );
}

fn missing(world: &World) {
    fill(
        world,
        ResourceType::Task,
        &[
            (
                "all",
                json!({"resourceType": "Task", "status": "draft", "owner": {"reference": "Organization/x"}, "authoredOn": "2026"}),
            ),
            ("none", json!({"resourceType": "Task"})),
        ],
    );
    for name in ["status", "owner", "authored-on"] {
        for (missing, expected) in [(true, "none"), (false, "all")] {
            let found = world.found(&with(query(ResourceType::Task), name, Modifier::Missing(missing), &[]));
            assert_eq!(found, [expected], "{name} {missing}");
        }
    }
}

fn id_and_last_updated(world: &World) {
    for id in ["a", "b", "c"] {
        Draft::new(&format!("Goal/{id}"), json!({})).store(world);
        world.clock.advance(3_600_000_000);
    }
    check(
        world,
        ResourceType::Goal,
        &[
            ("_id", Modifier::None, token("b"), &["b"]),
            ("_id", Modifier::None, token("B"), &[]),
            ("_id", Modifier::Not, token("b"), &["a", "c"]),
            ("_lastUpdated", Modifier::None, date(Prefix::Eq, "2026-11-22"), &["a", "b", "c"]),
            ("_lastUpdated", Modifier::None, date(Prefix::Eq, "2026-11-22T13:00:00Z"), &["b"]),
            ("_lastUpdated", Modifier::None, date(Prefix::Gt, "2026-11-22T13:00:00Z"), &["c"]),
            ("_lastUpdated", Modifier::None, date(Prefix::Ge, "2026-11-22T13:00:00Z"), &["b", "c"]),
            ("_lastUpdated", Modifier::None, date(Prefix::Lt, "2026-11-22T13:00:00Z"), &["a"]),
            ("_lastUpdated", Modifier::None, date(Prefix::Le, "2026-11-22T13:00:00Z"), &["a", "b"]),
        ],
    );
}

fn and_or(world: &World) {
    for (id, status, code) in [("1", "draft", "x"), ("2", "active", "x"), ("3", "active", "y"), ("4", "done", "z")] {
        let code = json!({"coding": [{"system": "urn:c", "code": code}]});
        Draft::new(&format!("Task/{id}"), json!({"resourceType": "Task", "status": status, "code": code})).store(world);
    }
    let either =
        with(query(ResourceType::Task), "status", Modifier::None, &[token("draft"), token("active"), token("?")]);
    assert_eq!(world.found(&either), ["1", "2", "3"]);
    assert_eq!(world.found(&with(either.clone(), "code", Modifier::None, &[token("x")])), ["1", "2"]);
    let neither = with(query(ResourceType::Task), "status", Modifier::Not, &[token("draft"), token("active")]);
    assert_eq!(world.found(&neither), ["4"]);
    let same_twice = with(
        with(query(ResourceType::Task), "code", Modifier::None, &[token("x")]),
        "code",
        Modifier::None,
        &[token("y")],
    );
    assert_eq!(world.found(&same_twice), Vec::<String>::new());
    let many: Vec<TermValue> = (0..3000).map(|n| token(&n.to_string())).chain([token("done")]).collect();
    assert_eq!(world.found(&with(query(ResourceType::Task), "status", Modifier::None, &many)), ["4"]);
}

fn hostile_values(world: &World) {
    Draft::new("Patient/1", json!({"resourceType": "Patient", "name": [{"family": "O'Brien"}]})).store(world);
    for text in ["' OR 1=1 --", "a\0b", "$1", "\u{10FFFF}", &"x".repeat(100_000), "%", "\\", "!"] {
        for modifier in [Modifier::None, Modifier::Contains, Modifier::Exact] {
            let found = world.found(&with(query(ResourceType::Patient), "family", modifier, &[string(text)]));
            assert_eq!(found, Vec::<String>::new());
        }
        for name in ["identifier", "_id"] {
            let found = world.found(&with(query(ResourceType::Patient), name, Modifier::None, &[token(text)]));
            assert_eq!(found, Vec::<String>::new());
        }
    }
    assert_eq!(world.found(&with(query(ResourceType::Patient), "family", Modifier::None, &[string("o'brien")])), ["1"]);
}
