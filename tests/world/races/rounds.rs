//! 64 clients, 200 rounds each, over the same resources: created, updated and deleted by searches, changed under `If-Match` by update
//! and by patch, in transactions that name them in different orders. No duplicate, no lost update, no server error.

use crate::answer::Answer;
use crate::people::BERGEN;
use crate::world::{World, each};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

const CLIENTS: usize = 64;
const ROUNDS: usize = 200;
/// How many resources are counted in, by update and by patch each.
const COUNTERS: usize = 4;
/// The resources that every transaction writes.
const SHARED: [&str; 3] = ["shared-a", "shared-b", "shared-c"];

/// What was done, to what, and how it was answered: the status and the version.
type Done = (&'static str, String, u16, String);

struct Racer<'w> {
    world: &'w World,
    token: &'w str,
    number: usize,
}

#[test]
fn sixty_four_clients_over_the_same_resources_lose_nothing_and_double_nothing() {
    each(|world| {
        let token = world.token(BERGEN);
        set_up(world, &token);
        let start = Barrier::new(CLIENTS);
        let done: Vec<Done> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..CLIENTS)
                .map(|number| {
                    let racer = Racer { world, token: &token, number };
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        (0..ROUNDS).map(|round| racer.round(round)).collect::<Vec<_>>()
                    })
                })
                .collect();
            racers.into_iter().flat_map(|racer| racer.join().expect("a racer")).collect()
        });
        assert_eq!(done.len(), CLIENTS * ROUNDS);
        let mut by: BTreeMap<(&str, &str), Vec<(u16, &str)>> = BTreeMap::new();
        for (act, what, status, etag) in &done {
            by.entry((act, what)).or_default().push((*status, etag));
        }
        for ((act, what), answers) in by {
            check(world, act, what, &answers);
        }
        assert!(world.store.verify().expect("a report").sound(), "{}", world.database());
    });
}

fn named(name: &str, identifier: &str) -> Value {
    let identifier = json!([{ "system": "urn:race", "value": identifier }]);
    json!({ "resourceType": "Organization", "identifier": identifier, "name": name })
}

fn with_id(mut resource: Value, id: &str) -> Value {
    resource["id"] = json!(id);
    resource
}

fn set_up(world: &World, token: &str) {
    let racer = Racer { world, token, number: 0 };
    let counters = ["put", "patch"].iter().flat_map(|kind| (0..COUNTERS).map(move |n| format!("{kind}-{n}")));
    let deleted = (0..ROUNDS).filter(|round| act(*round) == "delete").map(|round| format!("delete-{round}"));
    for id in counters.chain(deleted).chain(SHARED.map(str::to_owned)) {
        let body = with_id(named("0", &id), &id);
        assert_eq!(racer.ask("PUT", &format!("Organization/{id}"), None, &body).status, 201);
    }
}

/// What is done in a round.
fn act(round: usize) -> &'static str {
    match (round % 5, round % 2) {
        (0, _) => "create",
        (1, _) => "update",
        (2, _) => "put",
        (3, _) => "patch",
        (_, 0) => "transaction",
        _ => "delete",
    }
}

impl Racer<'_> {
    fn round(&self, round: usize) -> Done {
        let act = act(round);
        let (what, answer) = match act {
            "create" => {
                let key = format!("create-{round}");
                let request = self.request("POST", "Organization", &named("x", &key));
                (key.clone(), self.send(request.header("if-none-exist", format!("identifier=urn:race|{key}"))))
            }
            "update" => {
                let key = format!("update-{round}");
                let path = format!("Organization?identifier=urn:race%7C{key}");
                let answer = self.ask("PUT", &path, None, &named(&self.number.to_string(), &key));
                (key, answer)
            }
            "delete" => {
                let key = format!("delete-{round}");
                let path = format!("Organization?identifier=urn:race%7C{key}");
                let answer = self.ask("DELETE", &path, None, &Value::Null);
                (key, answer)
            }
            "transaction" => ("shared".to_owned(), self.transaction(round)),
            counting => self.count(counting, (round / 5) % COUNTERS),
        };
        (act, what, answer.status, answer.header("etag").unwrap_or_default().to_owned())
    }

    /// Reads a counter and writes one more over what was read.
    fn count(&self, by: &str, counter: usize) -> (String, Answer) {
        let id = format!("{by}-{counter}");
        let path = format!("Organization/{id}");
        let read = self.ask("GET", &path, None, &Value::Null);
        assert_eq!(read.status, 200, "{}", read.text);
        let next = (read.json["name"].as_str().and_then(|name| name.parse().ok()).unwrap_or(0_u32) + 1).to_string();
        let tag = read.etag();
        let answer = if by == "put" {
            self.ask("PUT", &path, Some(&tag), &with_id(named(&next, &id), &id))
        } else {
            self.ask("PATCH", &path, Some(&tag), &json!([{ "op": "replace", "path": "/name", "value": next }]))
        };
        (id, answer)
    }

    /// Writes all of the shared ones, in an order of its own.
    fn transaction(&self, round: usize) -> Answer {
        let mut order = SHARED;
        order.rotate_left((self.number + round) % SHARED.len());
        if self.number.is_multiple_of(2) {
            order.reverse();
        }
        let name = format!("{}-{round}", self.number);
        let entries: Vec<Value> = order
            .iter()
            .map(|id| {
                let request = json!({ "method": "PUT", "url": format!("Organization/{id}") });
                json!({ "resource": with_id(named(&name, id), id), "request": request })
            })
            .collect();
        self.ask("POST", "", None, &json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries }))
    }

    fn ask(&self, method: &str, path: &str, tag: Option<&str>, body: &Value) -> Answer {
        let request = self.request(method, path, body);
        self.send(tag.into_iter().fold(request, |request, tag| request.header("if-match", tag)))
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> reqwest::blocking::RequestBuilder {
        let path = if path.is_empty() { "/fhir".to_owned() } else { format!("/fhir/{path}") };
        let request = self.world.request(method, &path).bearer_auth(self.token);
        match (method, body) {
            (_, Value::Null) => request,
            ("PATCH", body) => request.header("content-type", "application/json-patch+json").body(body.to_string()),
            (_, body) => request.header("content-type", "application/fhir+json").body(body.to_string()),
        }
    }

    fn send(&self, request: reqwest::blocking::RequestBuilder) -> Answer {
        let answer = Answer::read(request.send().expect("an answer"));
        assert!(answer.status < 500, "{} on {}", answer.text, self.world.database());
        answer
    }
}

/// What many did to one resource adds up.
fn check(world: &World, act: &str, what: &str, answers: &[(u16, &str)]) {
    let of = |status: u16| answers.iter().filter(|(given, _)| *given == status).count();
    let place = format!("{act} {what} on {}", world.database());
    match act {
        "create" | "update" => {
            assert_eq!((of(201), of(200)), (1, CLIENTS - 1), "{place}");
            let found = world.get(BERGEN, &format!("/fhir/Organization?identifier=urn:race%7C{what}")).expect(200);
            assert_eq!(found.entries().len(), 1, "{place}");
            // Each update by a search is a version of its own.
            let versions: BTreeSet<&str> = answers.iter().map(|(_, etag)| *etag).collect();
            assert_eq!(versions.len(), if act == "create" { 1 } else { CLIENTS }, "{place}");
        }
        "put" | "patch" => {
            assert_eq!(of(200) + of(412), answers.len(), "{place}");
            let acknowledged: BTreeSet<&str> =
                answers.iter().filter(|(status, _)| *status == 200).map(|(_, etag)| *etag).collect();
            assert_eq!(acknowledged.len(), of(200), "{place}: two have one version");
            let mut names = history(world, what);
            names.sort_unstable();
            let expected: Vec<usize> = (0..=of(200)).collect();
            assert_eq!(names, expected, "{place}: what was acknowledged is in the history once");
        }
        "delete" => {
            assert_eq!(of(204), answers.len(), "{place}");
            assert_eq!(answers.iter().filter(|(_, etag)| *etag == "W/\"2\"").count(), 1, "{place}: deleted once");
            world.get(BERGEN, &format!("/fhir/Organization/{what}")).expect(410);
        }
        _ => {
            assert_eq!(of(200), answers.len(), "{place}");
            let stored = SHARED.map(|id| world.get(BERGEN, &format!("/fhir/Organization/{id}")).expect(200));
            let names: BTreeSet<String> = stored.iter().map(|stored| stored.json["name"].to_string()).collect();
            assert_eq!(names.len(), 1, "{place}: all of a transaction or nothing");
            let version = format!("W/\"{}\"", answers.len() + 1);
            assert!(stored.iter().all(|stored| stored.etag() == version), "{place}");
        }
    }
}

/// The numbers that a counter has had.
fn history(world: &World, id: &str) -> Vec<usize> {
    let mut numbers = Vec::new();
    let mut next = Some(format!("/fhir/Organization/{id}/_history?_count=200"));
    while let Some(path) = next {
        let page = world.get(BERGEN, &path).expect(200);
        let names = page.entries().into_iter().filter_map(|entry| entry["name"].as_str()?.parse::<usize>().ok());
        numbers.extend(names);
        let links = page.json["link"].as_array().cloned().unwrap_or_default();
        let onward = links.iter().find(|link| link["relation"] == "next");
        next = onward.and_then(|link| link["url"].as_str().map(str::to_owned));
    }
    numbers
}
