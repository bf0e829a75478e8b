//! What arrives, what is tried again, and what never leaves the house.

use crate::receiver::Receiver;
use crate::world::{BERGEN, World, endpoint, organization};
use serde_json::{Value, json};
use varde_delivery::Mode;

#[tokio::test]
async fn a_message_says_what_happened_and_nothing_about_the_patient() {
    let (world, receiver) = (World::new(), Receiver::start());
    world.register(&receiver.url);
    world.push("Task/t1");
    let worker = world.worker(Mode::Development);
    assert_eq!(worker.step().await, Ok(1));
    let request = receiver.one();
    assert_eq!(request.line, "post /notify http/1.1");
    assert!(request.headers.contains(&"content-type: application/fhir+json".to_owned()), "{:?}", request.headers);
    assert!(request.headers.contains(&"idempotency-key: 1-1795359600000000".to_owned()), "{:?}", request.headers);
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(
        body,
        json!({ "resourceType": "Parameters", "parameter": [
            { "name": "event", "valueString": "1-1795359600000000" },
            { "name": "kind", "valueCode": "task-assigned" },
            { "name": "focus", "valueReference": { "reference": "https://varde.example/fhir/Task/t1" } },
            { "name": "occurred", "valueInstant": "2026-11-22T15:00:00.000Z" },
            { "name": "receiver", "valueIdentifier": { "system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": "964338531" } },
        ] })
    );
    assert_eq!((world.waiting(), worker.step().await), (0, Ok(0)));
    assert!(receiver.none());
}

#[tokio::test]
async fn what_did_not_arrive_is_tried_again_later_with_the_same_event_id() {
    let (world, receiver) = (World::new(), Receiver::start());
    world.register(&receiver.url);
    world.push("Task/t1");
    let worker = world.worker(Mode::Development);
    let mut bodies = Vec::new();
    for (status, pause) in [("500 Oops", 10), ("429 Slow Down", 20), ("404 Not Found", 40), ("204 No Content", 0)] {
        receiver.say(status);
        assert_eq!(worker.step().await, Ok(1), "{status}");
        bodies.push(receiver.one().body);
        if pause > 0 {
            world.pass(pause - 1);
            assert_eq!((worker.step().await, world.waiting()), (Ok(0), 1), "{status}: not yet");
            world.pass(1);
        }
    }
    assert_eq!(world.waiting(), 0);
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "every attempt says the same");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (world, receiver, elsewhere) = (World::new(), Receiver::start(), Receiver::start());
    world.register(&receiver.url);
    world.push("Task/t1");
    receiver.say(&format!("307 Temporary Redirect\r\nlocation: {}", elsewhere.url));
    assert_eq!(world.worker(Mode::Development).step().await, Ok(1));
    receiver.one();
    assert!(elsewhere.none());
    assert_eq!(world.waiting(), 1);
}

#[tokio::test]
async fn who_has_registered_nothing_usable_pulls() {
    let receiver = Receiver::start();
    let url = receiver.url.as_str();
    let with = |change: fn(&mut Value)| {
        let mut endpoint = endpoint("e", url);
        change(&mut endpoint);
        endpoint
    };
    for (what, owner, endpoint) in [
        ("suspended", BERGEN, with(|e| e["status"] = json!("suspended"))),
        ("another kind", BERGEN, with(|e| e["connectionType"]["code"] = json!("direct-project"))),
        ("another system", BERGEN, with(|e| e["connectionType"]["system"] = json!("http://other.example"))),
        ("over", BERGEN, with(|e| e["period"] = json!({ "end": "2026-11-21" }))),
        ("not yet", BERGEN, with(|e| e["period"] = json!({ "start": "2026-11-23" }))),
        ("registered by another organisation", "983974724", with(|_| {})),
    ] {
        let world = World::new();
        world.put(owner, &endpoint);
        world.put(
            BERGEN,
            &organization("bergen", &["Endpoint/e", "Endpoint/missing", "https://elsewhere.example/Endpoint/1"]),
        );
        world.push("Task/t1");
        assert_eq!(world.worker(Mode::Development).step().await, Ok(1), "{what}");
        assert!(receiver.none(), "{what}");
        assert_eq!(world.waiting(), 0, "{what}");
    }
    let world = World::new();
    world.push("Task/t1");
    assert_eq!((world.worker(Mode::Development).step().await, world.waiting()), (Ok(1), 0), "no organisation at all");
}

#[tokio::test]
async fn the_first_usable_endpoint_is_used_also_from_a_registrar() {
    let (world, receiver) = (World::new(), Receiver::start());
    let mut off = endpoint("off", "http://127.0.0.1:9/off");
    off["status"] = json!("off");
    world.put(BERGEN, &off);
    world.put("983658725", &endpoint("on", &receiver.url));
    world.put("983974724", &organization("copy", &[]));
    world.put("983658725", &organization("bergen", &["Endpoint/off", "https://varde.example/fhir/Endpoint/on"]));
    world.push("Task/t1");
    assert_eq!(world.worker(Mode::Development).step().await, Ok(1));
    receiver.one();
}

#[tokio::test]
async fn an_address_that_is_not_allowed_is_never_called() {
    let receiver = Receiver::start();
    let port = receiver.url.trim_start_matches("http://127.0.0.1:").to_owned();
    for (mode, address) in [
        (Mode::Production, receiver.url.clone()),
        (Mode::Production, format!("https://127.0.0.1:{port}")),
        (Mode::Development, format!("http://user:pass@127.0.0.1:{port}")),
        (Mode::Development, "https://not-listed.example/fhir".to_owned()),
        (Mode::Development, "http://169.254.169.254/latest".to_owned()),
        (Mode::Development, "not a url".to_owned()),
    ] {
        let world = World::new();
        world.register(&address);
        world.push("Task/t1");
        assert_eq!(world.worker(mode).step().await, Ok(1), "{address}");
        assert_eq!(world.waiting(), 1, "{address}: kept, somebody may correct the address");
        assert!(receiver.none(), "{address}");
    }
}

#[tokio::test]
async fn after_a_day_of_failures_the_event_is_parked_but_kept() {
    let world = World::new();
    world.register("http://127.0.0.1:9/closed");
    world.push("Task/t1");
    let worker = world.worker(Mode::Development);
    for attempt in 1..=36 {
        assert_eq!(worker.step().await, Ok(1), "attempt {attempt}");
        world.pass(3600);
    }
    world.pass(29 * 24 * 3600);
    assert_eq!((worker.step().await, world.waiting()), (Ok(0), 1));
    let receiver = Receiver::start();
    world.register(&receiver.url);
    world.pass(24 * 3600);
    assert_eq!((worker.step().await, world.waiting()), (Ok(1), 0));
    receiver.one();
}

#[tokio::test]
async fn two_workers_never_send_the_same_event() {
    let (world, receiver) = (World::new(), Receiver::start());
    world.register(&receiver.url);
    for n in 0..45 {
        world.push(&format!("Task/t{n}"));
    }
    let worker = world.worker(Mode::Development);
    let (first, second) = tokio::join!(worker.step(), worker.step());
    assert_eq!((first, second), (Ok(20), Ok(20)));
    assert_eq!((worker.step().await, worker.step().await), (Ok(5), Ok(0)));
    let mut events: Vec<String> = receiver.inbox.try_iter().map(|request| request.body).collect();
    events.sort();
    events.dedup();
    assert_eq!(events.len(), 45);
}

#[tokio::test]
async fn the_loop_delivers_and_ends_when_told() {
    let (world, receiver) = (World::new(), Receiver::start());
    world.register(&receiver.url);
    world.push("Task/t1");
    let worker = world.worker(Mode::Development);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(async move {
        worker.run(async { stopped.await.unwrap_or_default() }).await;
    });
    let (receiver, request) = tokio::task::spawn_blocking(move || {
        let request = receiver.inbox.recv().unwrap();
        (receiver, request)
    })
    .await
    .unwrap();
    assert_eq!(request.line, "post /notify http/1.1");
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(world.waiting(), 0, "the step it was in was finished");
    assert!(receiver.none());
}
