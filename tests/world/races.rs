//! Many at once: the same request from 64 sides has one outcome, on both databases, and no server error ever.

mod rounds;

use crate::answer::Answer;
use crate::people::{BERGEN, HPR, TESTINE, appointing, consent, nurse, plan};
use crate::story::{APPOINT, created, nowhere, set, status, without};
use crate::world::{World, each};
use reqwest::blocking::RequestBuilder;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Barrier;

/// Requests sent at one moment, each from a thread of its own.
fn at_once(requests: Vec<RequestBuilder>) -> Vec<Answer> {
    let barrier = Barrier::new(requests.len());
    let send = |request: RequestBuilder| {
        barrier.wait();
        Answer::read(request.send().expect("an answer"))
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = requests.into_iter().map(|request| scope.spawn(|| send(request))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    })
}

/// A request with one token for all.
fn request(world: &World, token: &str, method: &str, path: &str, body: &Value) -> RequestBuilder {
    let request = world.request(method, path).bearer_auth(token);
    request.header("content-type", "application/fhir+json").body(body.to_string())
}

/// How many answers have a status.
fn counted(answers: &[Answer], status: u16) -> usize {
    let other = answers.iter().find(|answer| answer.status >= 500);
    assert!(other.is_none(), "{other:?}");
    answers.iter().filter(|answer| answer.status == status).count()
}

#[test]
fn of_64_identical_conditional_creates_one_creates_and_63_find_it() {
    each(|world| {
        let token = world.token(BERGEN);
        let hpr = format!("identifier={HPR}|9144900");
        let national = format!("identifier={}|{TESTINE}", crate::people::FNR);
        for (path, body, condition) in
            [("/fhir/Practitioner", nurse("9144900"), &hpr), ("/fhir/Patient", nowhere(TESTINE), &national)]
        {
            let one = || request(world, &token, "POST", path, &body).header("if-none-exist", condition);
            let answers = at_once((0..64).map(|_| one()).collect());
            assert_eq!((counted(&answers, 201), counted(&answers, 200)), (1, 63), "{path} on {}", world.database());
            assert_eq!(answers.iter().map(Answer::id).collect::<BTreeSet<_>>().len(), 1);
            assert_eq!(world.get(BERGEN, path).expect(200).entries().len(), 1);
        }
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn of_64_koordinators_appointed_at_once_one_is_and_63_are_one_too_many() {
    each(|world| {
        let token = world.token(BERGEN);
        created(world, BERGEN, &consent(TESTINE, "koordinator", &[]));
        let asked = |n: u32| without(appointing(TESTINE, &(9_144_900 + n).to_string(), &n.to_string()), "consent");
        let answers = at_once((0..64).map(|n| request(world, &token, "POST", APPOINT, &asked(n))).collect());
        assert_eq!((counted(&answers, 200), counted(&answers, 422)), (1, 63), "on {}", world.database());
        for refused in answers.iter().filter(|answer| answer.status == 422) {
            assert_eq!(refused.codes(), ["one-koordinator"]);
        }
        assert_eq!(status(world, BERGEN, TESTINE).koordinators.len(), 1);
        for (path, number) in [("CareTeam", 1), ("DocumentReference", 1), ("Communication", 1), ("Practitioner", 1)] {
            assert_eq!(world.get(BERGEN, &format!("/fhir/{path}")).expect(200).entries().len(), number, "{path}");
        }
        assert!(world.store.verify().expect("a report").sound());
    });
}

#[test]
fn of_32_updates_of_one_version_one_wins_and_31_are_stale() {
    each(|world| {
        let token = world.token(BERGEN);
        let stored = world.post(BERGEN, "/fhir/CarePlan", &plan(TESTINE)).expect(201);
        let path = format!("/fhir/CarePlan/{}", stored.id());
        let mut titled = stored.json.clone();
        let mut one = |n: u32| {
            titled["title"] = json!(format!("Plan {n}"));
            request(world, &token, "PUT", &path, &titled).header("if-match", stored.etag())
        };
        let answers = at_once((0..32).map(&mut one).collect());
        assert_eq!((counted(&answers, 200), counted(&answers, 412)), (1, 31), "on {}", world.database());
        let winner = answers.iter().find(|answer| answer.status == 200).expect("a winner");
        let now = world.get(BERGEN, &path).expect(200);
        assert_eq!((now.etag().as_str(), &now.json["title"]), ("W/\"2\"", &winner.json["title"]));
        assert_eq!(world.get(BERGEN, &format!("{path}/_history")).expect(200).entries().len(), 2);
    });
}

#[test]
fn of_64_appointments_with_one_business_identifier_all_are_the_same_one() {
    each(|world| {
        let token = world.token(BERGEN);
        let asked = appointing(TESTINE, "9144900", "1");
        let answers = at_once((0..64).map(|_| request(world, &token, "POST", APPOINT, &asked)).collect());
        assert_eq!(counted(&answers, 200), 64, "on {}", world.database());
        let ids = |answer: &Answer| {
            let resources =
                answer.json["parameter"].as_array().into_iter().flatten().map(|p| p["resource"]["id"].to_string());
            resources.collect::<Vec<_>>()
        };
        assert_eq!(answers.iter().map(ids).collect::<BTreeSet<_>>().len(), 1);
        let team = &answers[0].parameters("return")[0]["resource"];
        assert_eq!(team["participant"].as_array().map(Vec::len), Some(1));
        for path in ["CareTeam", "DocumentReference", "Communication", "Consent", "Practitioner", "Provenance"] {
            assert_eq!(world.get(BERGEN, &format!("/fhir/{path}")).expect(200).entries().len(), 1, "{path}");
        }
    });
}

#[test]
fn of_32_plans_made_active_at_once_one_is() {
    each(|world| {
        let token = world.token(BERGEN);
        let active = plan(TESTINE);
        let drafts: Vec<Answer> = (0..32)
            .map(|_| world.post(BERGEN, "/fhir/CarePlan", &set(active.clone(), "/status", json!("draft"))).expect(201))
            .collect();
        let activate = |draft: &Answer| {
            let path = format!("/fhir/CarePlan/{}", draft.id());
            let body = set(draft.json.clone(), "/status", json!("active"));
            request(world, &token, "PUT", &path, &body).header("if-match", draft.etag())
        };
        let answers = at_once(drafts.iter().map(activate).collect());
        assert_eq!((counted(&answers, 200), counted(&answers, 422)), (1, 31), "on {}", world.database());
        assert_eq!(world.get(BERGEN, "/fhir/CarePlan?status=active").expect(200).entries().len(), 1);
    });
}
