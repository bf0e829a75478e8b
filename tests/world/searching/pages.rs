//! Pages: the union of all is the whole, each once, also while others write between them; and a cursor is good for the caller
//! and the search it was made for.

use super::{ids, sorted};
use crate::answer::Answer;
use crate::people::{ANNEN, BERGEN, FNR, HARALDSPLASS, TESTINE, patient};
use crate::refusal::assert_refused;
use crate::world::{World, each};
use serde_json::{Value, json};

#[test]
fn the_pages_are_the_whole() {
    each(|world| {
        let all: Vec<String> = (0..23).map(|n| flag(world, TESTINE, n)).collect();
        for search in [
            "",
            "_sort=date&",
            "_sort=-date&",
            "_sort=_lastUpdated,-date&",
            "author:missing=true&date=ge2026&_sort=-_id&",
        ] {
            for count in [1, 4, 7, 22, 23, 24, 200] {
                let pages = follow(world, BERGEN, &format!("/fhir/Flag?{search}_count={count}"), |_| {});
                let sizes: Vec<usize> = pages.iter().map(|page| page.entries().len()).collect();
                assert!(sizes.iter().rev().skip(1).all(|size| *size == count), "{search} {count}: {sizes:?}");
                let found: Vec<&str> = pages.iter().flat_map(ids).collect();
                assert_eq!(sorted(&found), sorted(&all), "{} {search} {count}", world.database());
            }
        }
        let dates: Vec<String> = follow(world, BERGEN, "/fhir/Flag?_sort=-date&_count=5", |_| {})
            .iter()
            .flat_map(Answer::entries)
            .map(|flag| flag["period"]["start"].to_string())
            .collect();
        assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    });
}

#[test]
fn nothing_is_lost_or_doubled_while_others_write() {
    each(|world| {
        let mut before: Vec<String> = (0..12).map(|n| flag(world, TESTINE, n * 2)).collect();
        for search in ["_count=3", "_sort=date&_count=3", "_sort=-date&_count=3", "_sort=-_lastUpdated&_count=3"] {
            let mut added = Vec::new();
            let pages = follow(world, BERGEN, &format!("/fhir/Flag?{search}"), |page| {
                added.push(flag(world, TESTINE, page * 7 % 24));
                world.clock.advance(1_000);
            });
            let found: Vec<&str> = pages.iter().flat_map(ids).collect();
            let mut once = found.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), found.len(), "{} {search}: doubled", world.database());
            let lost: Vec<&String> = before.iter().filter(|id| !found.contains(&id.as_str())).collect();
            assert!(lost.is_empty(), "{} {search}: {lost:?} lost", world.database());
            assert!(found.iter().all(|id| before.iter().chain(&added).any(|known| known == id)));
            before.extend(added);
        }
    });
}

#[test]
fn a_search_by_number_is_paged_without_it() {
    each(|world| {
        let all: Vec<String> = (0..5).map(|n| flag(world, TESTINE, n)).collect();
        flag(world, ANNEN, 1);
        let number = format!("{FNR}|{TESTINE}");
        let mut form = vec![("patient:identifier".to_owned(), number), ("_count".to_owned(), "2".to_owned())];
        let mut found = Vec::new();
        loop {
            let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let page = world.search(BERGEN, "Flag", &fields).expect(200);
            found.extend(ids(&page).into_iter().map(str::to_owned));
            let Some(next) = link(&page, "next") else { break };
            assert!(!next.contains(TESTINE), "{next}");
            let (_, cursor) = next.split_once("_cursor=").expect("a cursor");
            form.retain(|(name, _)| name != "_cursor");
            form.push(("_cursor".to_owned(), cursor.to_owned()));
        }
        assert_eq!(sorted(&found), sorted(&all));
    });
}

#[test]
fn a_cursor_fits_one_caller_and_one_search() {
    each(|world| {
        for n in 0..5 {
            flag(world, TESTINE, n);
        }
        let page = world.get(BERGEN, "/fhir/Flag?date=ge2026&_count=2").expect(200);
        let next = link(&page, "next").expect("a next page");
        assert!(next.starts_with(&world.base()), "{next}");
        let (front, cursor) = next.split_once("_cursor=").expect("a cursor");
        world.get(BERGEN, &next).expect(200);
        let flipped = if cursor.starts_with('A') { "B" } else { "A" };
        let tampered = format!("{front}_cursor={flipped}{}", cursor.get(1..).unwrap_or_default());
        for (caller, url) in [
            (HARALDSPLASS, next.clone()),
            (BERGEN, next.replace("date=ge2026", "date=ge2025")),
            (BERGEN, next.replace("date=ge2026&", "")),
            (BERGEN, next.replace("_count=2", "_count=3")),
            (BERGEN, next.replace("/Flag?", "/Encounter?")),
            (BERGEN, tampered),
            (BERGEN, format!("{front}_cursor=AAAA")),
            (BERGEN, format!("{front}_cursor={cursor}{cursor}")),
        ] {
            assert_refused(&world.get(caller, &url), 400, "bad-cursor", Some("http._cursor"));
        }
        let twice = format!("{next}&_cursor={cursor}");
        assert_refused(&world.get(BERGEN, &twice), 400, "repeated-parameter", Some("http._cursor"));
    });
}

#[test]
fn a_history_is_paged_too() {
    each(|world| {
        let id = flag(world, TESTINE, 1);
        let path = format!("/fhir/Flag/{id}");
        for _ in 0..6 {
            let body = world.get(BERGEN, &path).expect(200).json;
            world.put(BERGEN, &path, None, &body).expect(200);
        }
        let pages = follow(world, BERGEN, &format!("{path}/_history?_count=3"), |_| {});
        let versions: Vec<String> = pages
            .iter()
            .flat_map(Answer::entries)
            .map(|flag| flag["meta"]["versionId"].as_str().expect("a version").to_owned())
            .collect();
        assert_eq!(versions, ["7", "6", "5", "4", "3", "2", "1"]);
    });
}

/// Follows `next` to the end; `between` is called before each further page with how many there have been.
fn follow(world: &World, caller: &str, path: &str, mut between: impl FnMut(usize)) -> Vec<Answer> {
    let mut pages = vec![world.get(caller, path).expect(200)];
    while let Some(next) = pages.last().and_then(|page| link(page, "next")) {
        assert!(pages.len() < 100, "pages without end");
        between(pages.len());
        pages.push(world.get(caller, &next).expect(200));
    }
    pages
}

fn link(page: &Answer, relation: &str) -> Option<String> {
    let links = page.json["link"].as_array()?;
    let link = links.iter().find(|link| link["relation"] == relation)?;
    link["url"].as_str().map(str::to_owned)
}

/// A new Flag of a patient, begun on a day that several may share.
fn flag(world: &World, number: &str, n: usize) -> String {
    let start = format!("2026-01-{:02}", 1 + n / 2);
    let flag: Value = json!({ "resourceType": "Flag", "status": "active", "code": { "text": "Tolk" }, "subject": patient(number), "period": { "start": start } });
    world.post(BERGEN, "/fhir/Flag", &flag).expect(201).id()
}

#[test]
fn a_page_is_no_larger_than_the_largest_and_its_links_can_be_followed_by_anybody() {
    each(|world| {
        for n in 0..3 {
            flag(world, TESTINE, n);
        }
        for (asked, used) in
            [("200", "200"), ("201", "200"), ("5000", "200"), ("99999999999999999999", "200"), ("2", "2")]
        {
            let page = world.get(BERGEN, &format!("/fhir/Flag?date=ge2026&_count={asked}")).expect(200);
            assert_eq!(page.entries().len(), if used == "2" { 2 } else { 3 }, "{asked}");
            assert_eq!(
                link(&page, "self").as_deref(),
                Some(&*format!("{}/Flag?date=ge2026&_count={used}", world.base()))
            );
        }
        // A bar is no character of a URL (RFC 3986 § 3.4): Java's own parser refuses one.
        let page = world.get(BERGEN, "/fhir/Flag?date=ge2026&_tag:not=urn:x|y&_count=2").expect(200);
        let start = format!("{}/Flag?date=ge2026&_tag:not=urn:x%7Cy&_count=2", world.base());
        assert_eq!(link(&page, "self"), Some(start.clone()));
        let next = link(&page, "next").expect("another page");
        assert!(next.starts_with(&start) && !next.contains('|'), "{next}");
        let path = next.strip_prefix(&world.root).expect("here");
        assert_eq!(world.get(BERGEN, path).expect(200).entries().len(), 1);
    });
}
