//! How many statements each hot request sends to the database, transaction control and access log included: on PostgreSQL each
//! is a round trip. An exact table, so that a statement for each of many (N + 1) cannot come back unseen. Who changes a number
//! on purpose changes it here.

use crate::people::{
    ANNEN, BERGEN, ENH, FNR, KOMMUNE, RESH, TESTINE, consent, haukeland, nurse, patient, plan, status_of, team,
};
use crate::story::{APPOINT, BERGEN_KOMMUNE, PLAN_STATUS, answering, created, need, ready, resident, set};
use crate::world::{World, alone};
use serde_json::{Value, json};

/// What was asked, and the statements on SQLite and on PostgreSQL.
const STATEMENTS: &[(&str, u64, u64)] = &[
    ("create CareTeam", 21, 11),
    ("create Patient", 19, 9),
    ("create Patient of a known person", 16, 8),
    ("create Task", 17, 10),
    ("create Task, keyed", 20, 13),
    ("create Task, keyed, again", 9, 7),
    ("$appoint", 79, 26),
    ("update Task", 26, 11),
    ("read", 6, 5),
    ("read what was granted", 6, 5),
    ("read what has not changed", 6, 5),
    ("vread", 6, 5),
    ("history", 6, 5),
    ("search by patient", 6, 5),
    ("search what was granted", 6, 5),
    ("search with two includes", 10, 9),
    ("$plan-status of 1", 8, 7),
    ("$plan-status of 100", 8, 7),
    ("transaction of 10 Tasks", 71, 19),
    ("transaction of 10 Goals", 69, 17),
];

/// Sends requests and counts.
struct Count<'w> {
    world: &'w World,
    found: Vec<(&'static str, u64)>,
}

impl Count<'_> {
    fn of<T>(&mut self, name: &'static str, request: impl FnOnce(&World) -> T) -> T {
        let before = self.world.store.statements();
        let answer = request(self.world);
        self.found.push((name, self.world.store.statements() - before));
        answer
    }
}

#[test]
fn a_request_sends_as_many_statements_as_the_table_says() {
    alone(|world| {
        let mut count = Count { world, found: Vec::new() };
        writes(&mut count);
        reads(&mut count);
        many(&mut count);
        let of_this = |(name, sqlite, postgres): &(&'static str, u64, u64)| {
            (*name, if world.database() == "SQLite" { *sqlite } else { *postgres })
        };
        let expected: Vec<(&str, u64)> = STATEMENTS.iter().map(of_this).collect();
        assert_eq!(count.found, expected, "{}", world.database());
    });
}

/// One resource, and an appointing.
fn writes(count: &mut Count<'_>) {
    let world = count.world;
    let ready = ready(world);
    let team = directory_team(world, &created(world, BERGEN, &resident(ANNEN)));
    created(world, BERGEN, &consent(ANNEN, "koordinator", &[]));
    count.of("create CareTeam", |world| world.post(BERGEN, "/fhir/CareTeam", &team).expect(201));
    count.of("create Patient", |world| world.post(BERGEN, "/fhir/Patient", &resident(&number(400))).expect(201));
    count.of("create Patient of a known person", |world| {
        world.post(BERGEN, "/fhir/Patient", &resident(&number(400))).expect(201)
    });
    count.of("create Task", |world| world.post(BERGEN, "/fhir/Task", &need(ANNEN)).expect(201));
    let keyed = |world: &World| {
        let request = world.as_(BERGEN, "POST", "/fhir/Task").header("idempotency-key", "k");
        world.send_json(request, &need(ANNEN)).expect(201)
    };
    count.of("create Task, keyed", keyed);
    count.of("create Task, keyed, again", keyed);
    count.of("$appoint", |world| world.post(BERGEN, APPOINT, &answering(&ready, "9144900", "1")).expect(200));
    let need = format!("/fhir/{}", ready.need);
    let accepted = set(world.get(BERGEN, &need).expect(200).json, "/status", json!("accepted"));
    count.of("update Task", |world| world.put(BERGEN, &need, Some("W/\"2\""), &accepted).expect(200));
}

/// A team whose koordinator and department stand in the directory.
fn directory_team(world: &World, subject: &str) -> Value {
    let nurse = created(world, BERGEN, &nurse("9144889"));
    let department = json!({
        "resourceType": "Organization",
        "identifier": [{ "system": RESH, "value": "102954" }],
        "active": true,
        "name": "Nevrologisk avdeling",
        "partOf": { "identifier": { "system": ENH, "value": "983974724" } },
    });
    let department = created(world, BERGEN, &department);
    let mut team = team(ANNEN, "9144889");
    if let Some(team) = team.as_object_mut() {
        team.remove("contained");
    }
    let team = set(team, "/subject", json!({ "reference": subject }));
    let team = set(team, "/participant/0/member", json!({ "reference": nurse }));
    set(team, "/participant/0/onBehalfOf", json!({ "reference": department }))
}

/// One patient's coordination, by its owner and by whom it was opened to.
fn reads(count: &mut Count<'_>) {
    let world = count.world;
    let patient = world.search(BERGEN, "Patient", &[("identifier", &format!("{FNR}|{TESTINE}"))]).expect(200).entries()
        [0]["id"]
        .clone();
    let patient = format!("Patient/{}", patient.as_str().expect("an id"));
    let read = format!("/fhir/{patient}");
    count.of("read", |world| world.get(BERGEN, &read).expect(200));
    count.of("read what was granted", |world| world.get(KOMMUNE, &read).expect(200));
    count.of("read what has not changed", |world| {
        world.send(world.as_(BERGEN, "GET", &read).header("if-none-match", "W/\"1\"")).expect(304)
    });
    count.of("vread", |world| world.get(BERGEN, &format!("{read}/_history/1")).expect(200));
    count.of("history", |world| world.get(BERGEN, &format!("{read}/_history")).expect(200));
    let teams = format!("/fhir/CareTeam?patient={patient}");
    let found = count.of("search by patient", |world| world.get(BERGEN, &teams).expect(200));
    assert_eq!(found.entries().len(), 1);
    let found = count.of("search what was granted", |world| world.get(KOMMUNE, &teams).expect(200));
    assert_eq!(found.entries().len(), 1);
    let including = format!("{teams}&_include=CareTeam:participant&_include=CareTeam:subject");
    let found = count.of("search with two includes", |world| world.get(BERGEN, &including).expect(200));
    assert_eq!(found.entries().len(), 3);
    count.of("$plan-status of 1", |world| world.post(KOMMUNE, PLAN_STATUS, &status_of(&[TESTINE])).expect(200));
}

/// A hundred patients at once, and ten changes.
fn many(count: &mut Count<'_>) {
    let numbers: Vec<String> = (0..100).map(number).collect();
    let koordinator = created(count.world, BERGEN, &nurse("9144897"));
    for number in &numbers {
        created(count.world, BERGEN, &resident(number));
        created(count.world, BERGEN, &consent(number, "koordinator", &[BERGEN_KOMMUNE]));
        let mut team = team(number, "9144889");
        if let Some(team) = team.as_object_mut() {
            team.remove("contained");
        }
        let team = set(team, "/participant/0/member", json!({ "reference": koordinator }));
        created(count.world, BERGEN, &set(team, "/participant/0/onBehalfOf", haukeland()));
        created(count.world, KOMMUNE, &plan(number));
    }
    let asked: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let answer =
        count.of("$plan-status of 100", |world| world.post(KOMMUNE, PLAN_STATUS, &status_of(&asked)).expect(200));
    assert_eq!(answer.text.matches("\"koordinator\"").count(), 100);
    let tasks: Vec<(&str, &str, Option<Value>)> =
        asked.iter().take(10).map(|number| ("POST", "Task", Some(need(number)))).collect();
    count.of("transaction of 10 Tasks", |world| world.transaction(BERGEN, &tasks).expect(200));
    let patients: Vec<Value> = asked.iter().take(10).map(|number| patient(number)).collect();
    let plans: Vec<(&str, &str, Option<Value>)> =
        patients.iter().map(|patient| ("POST", "Goal", Some(goal(patient)))).collect();
    count.of("transaction of 10 Goals", |world| world.transaction(BERGEN, &plans).expect(200));
}

fn goal(subject: &Value) -> Value {
    json!({
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": { "text": "Gå turer" },
        "subject": subject,
    })
}

/// The nth fødselsnummer with the right check digits of those born in January 1950.
fn number(n: usize) -> String {
    let digit = |digits: &[u32], weights: &[u32]| {
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
        (11 - sum % 11) % 11
    };
    let born = (0..500).flat_map(|individual| (1..=31).map(move |day| format!("{day:02}0150{individual:03}")));
    let valid = born.filter_map(|born| {
        let mut digits: Vec<u32> = born.chars().filter_map(|digit| digit.to_digit(10)).collect();
        digits.push(digit(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2]));
        digits.push(digit(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]));
        digits.iter().all(|digit| *digit < 10).then(|| digits.iter().map(u32::to_string).collect())
    });
    valid.into_iter().nth(n).expect("a number")
}
