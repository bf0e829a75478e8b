//! Two replicas are one server: what one wrote, numbered or paged the other knows, and every link names the public address.
//! The whole suite says the same of everything else when `VARDE_TEST_REPLICAS=2`; this file says that it really is two.

use crate::people::{BERGEN, TESTINE, patient};
use crate::world::{World, each};
use serde_json::{Value, json};

/// The addresses that requests go to are distinct, and taken in turn.
fn two(world: &World) -> Option<[String; 2]> {
    let first = world.address().to_owned();
    let (second, third) = (world.address().to_owned(), world.address().to_owned());
    // So that the next request goes to the first again.
    world.address();
    assert_eq!(first, third);
    (first != second).then_some([first, second])
}

/// A client that knows nothing of turns.
fn at(world: &World, address: &str, method: &str, path: &str) -> reqwest::blocking::RequestBuilder {
    let path = path.strip_prefix(&world.root).unwrap_or(path);
    let client = reqwest::blocking::Client::new();
    client.request(method.parse().expect("a method"), format!("{address}{path}")).bearer_auth(world.token(BERGEN))
}

#[test]
fn what_one_replica_answered_the_other_goes_on_from() {
    each(|world| {
        let Some([one, other]) = two(world) else { return };
        let flag = json!({
            "resourceType": "Flag", "status": "active", "code": { "text": "Tolk" }, "subject": patient(TESTINE),
        });
        let made = world.send_json(at(world, &one, "POST", "/fhir/Flag"), &flag).expect(201);
        let location = made.header("location").expect("a location");
        assert!(location.starts_with(&world.base()), "{location}");
        let (path, _) = location.split_once("/_history/").expect("a version");
        let read = world.send(at(world, &other, "GET", path)).expect(200);
        assert_eq!((read.etag(), &read.text), (made.etag(), &made.text));
        world.send(at(world, &other, "GET", path).header("if-none-match", made.etag())).expect(304);

        let changed: Value = {
            let mut changed = read.json.clone();
            changed["status"] = json!("inactive");
            changed
        };
        world.send_json(at(world, &other, "PUT", path).header("if-match", made.etag()), &changed).expect(200);
        world.send_json(at(world, &one, "PUT", path).header("if-match", made.etag()), &changed).expect(412);

        for _ in 0..2 {
            world.send_json(at(world, &one, "POST", "/fhir/Flag"), &flag).expect(201);
        }
        let page = world.send(at(world, &one, "GET", "/fhir/Flag?_count=2")).expect(200);
        let next = page.json["link"].as_array().and_then(|links| links.iter().find(|link| link["relation"] == "next"));
        let next = next.and_then(|link| link["url"].as_str()).expect("a next page");
        assert!(next.starts_with(&world.base()), "{next}");
        assert_eq!(world.send(at(world, &other, "GET", next)).expect(200).entries().len(), 1);
    });
}
