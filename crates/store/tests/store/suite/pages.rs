//! Pages, order and totals, also while others write.

use super::world::{Draft, HOSPITAL, STRANGER, World, ids, key, on_both, paged, query, sorted, totalled};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use varde_fhir::ResourceType;
use varde_fhir::query::Query;
use varde_store::{StoreError, View};

on_both!(
    pages_follow_each_other,
    writes_between_pages_neither_repeat_nor_hide,
    sorted_by_each_kind,
    sorted_pages_follow_each_other_whatever_happens_to_their_ends,
    a_position_holds_no_personal_data_and_is_checked,
    pages_while_several_write,
);

/// What stood there all the time is seen once, in order, whatever comes, changes and goes meanwhile.
fn pages_while_several_write(world: &World) {
    let patient = |n: usize| patient(Some(&format!("navn {:03}", n % 10)), Some("1970-01-01"));
    for n in 0..60 {
        Draft::new(&format!("Patient/stays{n}"), patient(n)).store(world);
        Draft::new(&format!("Patient/goes{n}"), patient(n)).store(world);
    }
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let stop = &stop;
            scope.spawn(move || {
                for n in (writer..60).step_by(3).cycle().take_while(|_| !stop.load(Ordering::SeqCst)).take(300) {
                    let round = world.get(&format!("Patient/goes{n}")).map_or(1, |stored| stored.version);
                    let goes = Draft::new(&format!("Patient/goes{n}"), patient(n + 1)).version(round + 1);
                    let goes = if round % 3 == 1 { goes.deleted() } else { goes };
                    goes.store(world);
                    if round < 3 {
                        Draft::new(&format!("Patient/new{n}-{round}"), patient(n)).store(world);
                    }
                }
            });
        }
        for keys in [&[][..], &["family"], &["-family", "_id"], &["-_id"]] {
            let ordered = paged(sorted(query(ResourceType::Patient), keys), 7);
            let stays = |ids: Vec<String>| ids.into_iter().filter(|id| id.starts_with("stays")).collect::<Vec<_>>();
            let seen = stays(walk(world, &ordered, |_| {}));
            let at_once = stays(ids(&world.search(&paged(ordered, 10_000), None, None).matches));
            assert_eq!(seen, at_once, "{keys:?}");
            assert_eq!(seen.len(), 60);
        }
        stop.store(true, Ordering::SeqCst);
    });
}

fn patient(family: Option<&str>, born: Option<&str>) -> Value {
    let mut resource = json!({"resourceType": "Patient"});
    if let Some(family) = family {
        resource["name"] = json!([{"family": family}]);
    }
    if let Some(born) = born {
        resource["birthDate"] = json!(born);
    }
    resource
}

/// All pages, with something done after each.
fn walk(world: &World, query: &Query, mut between: impl FnMut(usize)) -> Vec<String> {
    let (mut all, mut position, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = world.search(query, None, position.as_deref());
        assert!(page.matches.len() <= query.count as usize);
        all.extend(ids(&page.matches));
        let Some(next) = page.next else { return all };
        pages += 1;
        between(pages);
        position = Some(next);
    }
}

fn pages_follow_each_other(world: &World) {
    let expected: Vec<String> = (0..10).map(|n| n.to_string()).collect();
    for id in &expected {
        Draft::new(&format!("Goal/{id}"), json!({})).store(world);
    }
    Draft::new("Flag/x", json!({})).store(world);
    for count in [1, 3, 5, 9, 10, 11] {
        assert_eq!(walk(world, &paged(query(ResourceType::Goal), count), |_| {}), expected, "{count}");
    }
    let exact = world.search(&totalled(paged(query(ResourceType::Goal), 10)), None, None);
    assert_eq!((exact.next, exact.total), (None, Some(10)));
    assert_eq!(world.search(&paged(query(ResourceType::Goal), 3), None, None).total, None);
}

fn writes_between_pages_neither_repeat_nor_hide(world: &World) {
    for id in 0..9 {
        Draft::new(&format!("Goal/{id}"), json!({})).store(world);
    }
    let seen = walk(world, &paged(query(ResourceType::Goal), 3), |page| match page {
        1 => {
            // The end of the page before goes, an earlier one changes, a later one goes, a new one comes.
            Draft::new("Goal/2", json!({})).version(2).deleted().store(world);
            Draft::new("Goal/0", json!({"n": 1})).version(2).store(world);
            Draft::new("Goal/4", json!({})).version(2).deleted().store(world);
            Draft::new("Goal/new", json!({})).store(world);
        }
        _ => {
            Draft::new("Goal/8", json!({"n": 2})).version(2).store(world);
        }
    });
    assert_eq!(seen, ["0", "1", "2", "3", "5", "6", "7", "8", "new"]);
}

fn sorted_by_each_kind(world: &World) {
    for (id, family, born) in [
        ("a", Some("Berg"), Some("1970-01-01")),
        ("b", None, Some("1960-05")),
        ("c", Some("Aas"), None),
        ("d", Some("berg"), Some("1980")),
        ("e", None, None),
    ] {
        Draft::new(&format!("Patient/{id}"), patient(family, born)).store(world);
        world.clock.advance(1_000_000);
    }
    let table: [(&[&str], [&str; 5]); 8] = [
        (&["family"], ["c", "a", "d", "b", "e"]),
        (&["-family"], ["a", "d", "c", "b", "e"]),
        (&["birthdate"], ["b", "a", "d", "c", "e"]),
        (&["-birthdate"], ["d", "a", "b", "c", "e"]),
        (&["family", "-birthdate"], ["c", "d", "a", "b", "e"]),
        (&["-_lastUpdated"], ["e", "d", "c", "b", "a"]),
        (&["-_id"], ["e", "d", "c", "b", "a"]),
        (&["gender", "_lastUpdated"], ["a", "b", "c", "d", "e"]),
    ];
    for (keys, expected) in table {
        let ordered = sorted(query(ResourceType::Patient), keys);
        assert_eq!(world.found(&ordered), expected, "{keys:?}");
        assert_eq!(walk(world, &paged(ordered.clone(), 1), |_| {}), expected, "{keys:?}");
        assert_eq!(walk(world, &paged(ordered, 2), |_| {}), expected, "{keys:?}");
    }
}

fn sorted_pages_follow_each_other_whatever_happens_to_their_ends(world: &World) {
    for (id, family) in [("1", "A"), ("2", "B"), ("3", "C"), ("4", "D"), ("5", "E"), ("6", "F")] {
        Draft::new(&format!("Patient/{id}"), patient(Some(family), None)).store(world);
    }
    let seen = walk(world, &paged(sorted(query(ResourceType::Patient), &["family"]), 2), |page| match page {
        1 => drop(Draft::new("Patient/2", json!({})).version(2).deleted().store(world)),
        2 => drop(Draft::new("Patient/4", patient(Some("Å"), None)).version(2).store(world)),
        _ => {}
    });
    // The fourth was seen as D and comes again as Å: it moved. Nobody else is repeated or left out.
    assert_eq!(seen, ["1", "2", "3", "4", "5", "6", "4"]);
}

fn a_position_holds_no_personal_data_and_is_checked(world: &World) {
    for (id, family) in [("1", "Hemmelig"), ("2", "Ukjent")] {
        Draft::new(&format!("Patient/{id}"), patient(Some(family), Some("1970-01-01"))).store(world);
    }
    let ordered = paged(sorted(query(ResourceType::Patient), &["family", "birthdate"]), 1);
    let next = world.search(&ordered, Some(HOSPITAL), None).next.unwrap();
    assert!(next.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'), "{next}");
    let answer = |position: &str, organisation: &str, rtype| {
        let view = View { organisation: Some(organisation.to_owned()), now: world.now() };
        let query = Query { rtype, ..ordered.clone() };
        world.store.read(|session| session.search(&query, &view, Some(position))).map(|page| page.matches.len())
    };
    assert_eq!(answer(&next, HOSPITAL, ResourceType::Patient), Ok(1));
    assert_eq!(answer(&next, STRANGER, ResourceType::Patient), Err(StoreError::Position));
    assert_eq!(answer(&next, HOSPITAL, ResourceType::RelatedPerson), Err(StoreError::Position));
    for wrong in ["", "x", "1", "1.", ".1", "1.99", "99.1", "99999999999999999999.1", "1.1.1"] {
        assert_eq!(answer(wrong, HOSPITAL, ResourceType::Patient), Err(StoreError::Position), "{wrong}");
    }
    assert_eq!(world.get("Patient/1").unwrap().key, key("Patient/1"));
}
