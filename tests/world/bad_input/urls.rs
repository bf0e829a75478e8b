//! Addresses and parameters that are not there, misspelt, broken, too long, or carry a number they must not.

use super::{Row, all_refused, with_body};
use crate::people::{ANNEN, BARN, BERGEN, FNR, TESTINE};
use crate::refusal::names_somebody;
use crate::wire;
use crate::world::{World, each};

#[test]
fn what_is_not_served_is_not_found() {
    each(|world| {
        let table = [
            ("GET", "/fhir/Observation", 404, "unknown-type", None),
            ("GET", "/fhir/careteam", 404, "unknown-type", None),
            ("POST", "/fhir/CareTeams", 404, "unknown-type", None),
            ("GET", "/fhir/Bundle/1", 404, "unknown-type", None),
            ("GET", "/fhir/CareTeam/1/nonsense", 404, "unknown-path", None),
            ("GET", "/fhir/$export", 404, "system-level-not-supported", None),
            ("POST", "/fhir/CareTeam/$nominate", 404, "unknown-operation", None),
            ("POST", "/fhir/CareTeam/1/$appoint", 404, "unknown-operation", None),
            ("POST", "/fhir/Goal/$appoint", 404, "unknown-operation", None),
            ("GET", "/nowhere", 404, "unknown-path", None),
            ("GET", "/swagger-ui/nowhere.js", 404, "unknown-path", None),
            ("GET", "/fhir/CareTeam/unknown", 404, "not-found", None),
            ("GET", "/fhir/CareTeam/unknown/_history", 404, "not-found", None),
            ("GET", "/fhir/CareTeam/unknown/_history/1", 404, "not-found", None),
            ("DELETE", "/fhir/CareTeam/unknown", 404, "not-found", None),
            ("GET", "/fhir/CareTeam/", 400, "invalid-id", None),
            ("GET", "/fhir/CareTeam/a_b", 400, "invalid-id", None),
            ("GET", "/fhir/CareTeam/%C3%A6", 400, "invalid-id", None),
            ("GET", "/fhir/CareTeam/a%2Fb", 400, "invalid-id", None),
            ("GET", "/fhir/CareTeam/1/_history/%20", 400, "invalid-id", None),
            ("GET", "/fhir/CareTeam/%", 400, "bad-url-encoding", Some("http.url")),
            ("GET", "/fhir/CareTeam/%zz", 400, "bad-url-encoding", Some("http.url")),
            ("GET", "/fhir/CareTeam/%ff", 400, "bad-url-encoding", Some("http.url")),
            ("GET", "/fhir/CareTeam/1%00", 400, "bad-url-encoding", Some("http.url")),
            ("GET", "/fhir/CareTeam?status=%", 400, "bad-url-encoding", Some("http.url")),
            ("GET", "/fhir/CareTeam?status=a%00", 400, "bad-url-encoding", Some("http.url")),
            ("GET", "/fhir/CareTeam?%ff=1", 400, "bad-url-encoding", Some("http.url")),
        ];
        let answers = all_refused(world, rows(world, &table));
        assert!(answers[1].text.contains("Did you mean CareTeam?"), "{}", answers[1].text);
        let long = format!("/fhir/CareTeam/{}", "a".repeat(65));
        all_refused(world, vec![(world.as_(BERGEN, "GET", &long), 400, "invalid-id", None)]);
    });
}

#[test]
fn parameters_that_are_not_understood_are_named() {
    each(|world| {
        let table = [
            ("GET", "/fhir/CareTeam?statuss=active", 400, "unknown-parameter", Some("http.statuss")),
            ("GET", "/fhir/CareTeam?colour=blue", 400, "unknown-parameter", Some("http.colour")),
            ("GET", "/fhir/CareTeam?status:contains=active", 400, "unknown-modifier", Some("http.status:contains")),
            ("GET", "/fhir/CareTeam?status:in=x", 400, "invalid-value", Some("http.status:in")),
            ("GET", "/fhir/CareTeam?patient:Device=1", 400, "unknown-modifier", Some("http.patient:Device")),
            ("GET", "/fhir/CareTeam?date=xx2026", 400, "invalid-value", Some("http.date")),
            ("GET", "/fhir/CareTeam?date=2026-02-30", 400, "invalid-value", Some("http.date")),
            ("GET", "/fhir/CareTeam?date=gt", 400, "invalid-value", Some("http.date")),
            ("GET", "/fhir/CareTeam?date=22.11.2026", 400, "invalid-value", Some("http.date")),
            ("GET", "/fhir/CareTeam?status=", 400, "invalid-value", Some("http.status")),
            ("GET", "/fhir/CareTeam?status=active,,proposed", 400, "invalid-value", Some("http.status")),
            ("GET", "/fhir/CareTeam?status=a|b|c", 400, "invalid-value", Some("http.status")),
            ("GET", "/fhir/CareTeam?status=a%5C", 400, "invalid-value", Some("http.status")),
            ("GET", "/fhir/CareTeam?status:missing=maybe", 400, "invalid-value", Some("http.status:missing")),
            ("GET", "/fhir/CareTeam?patient=a|b", 400, "invalid-value", Some("http.patient")),
            ("GET", "/fhir/CareTeam?patient=Patient/a/b", 400, "invalid-value", Some("http.patient")),
            ("GET", "/fhir/CareTeam?_id=a_b", 400, "invalid-value", Some("http._id")),
            ("GET", "/fhir/CareTeam?_count=-1", 400, "invalid-value", Some("http._count")),
            ("GET", "/fhir/CareTeam?_count=1&_count=2", 400, "repeated-parameter", Some("http._count")),
            ("GET", "/fhir/CareTeam?_sort=patient", 400, "invalid-value", Some("http._sort")),
            ("GET", "/fhir/CareTeam?_total=some", 400, "invalid-value", Some("http._total")),
            ("GET", "/fhir/CareTeam?_summary=all", 400, "invalid-value", Some("http._summary")),
            ("GET", "/fhir/CareTeam?_include=CareTeam:nothing", 400, "invalid-value", Some("http._include")),
            ("GET", "/fhir/CareTeam?_include=Goal:patient", 400, "invalid-value", Some("http._include")),
            ("GET", "/fhir/CareTeam?_include=*", 400, "not-supported", Some("http._include")),
            (
                "GET",
                "/fhir/CareTeam?_include:recurse=CareTeam:patient",
                400,
                "not-supported",
                Some("http._include:recurse"),
            ),
            ("GET", "/fhir/CareTeam?patient.nme=x", 400, "unknown-parameter", Some("http.patient.nme")),
            ("GET", "/fhir/CareTeam?_revinclude=Goal:nothing", 400, "invalid-value", Some("http._revinclude")),
            (
                "GET",
                "/fhir/CareTeam?_has:Goal:patient:_id=1",
                400,
                "unknown-reference",
                Some("http._has:Goal:patient:_id"),
            ),
            ("GET", "/fhir/CareTeam?_cursor=nonsense", 400, "bad-cursor", Some("http._cursor")),
            ("GET", "/fhir/CareTeam?_pretty=yes", 400, "bad-parameter-value", Some("http._pretty")),
            ("GET", "/fhir/CareTeam?_format=json&_format=json", 400, "duplicate-parameter", Some("http._format")),
            ("GET", "/fhir/CareTeam/1?status=active", 400, "unknown-parameter", Some("http.url")),
            ("GET", "/fhir/CareTeam/1/_history?_count=0", 400, "bad-parameter-value", Some("http._count")),
            ("GET", "/fhir/CareTeam/1/_history?since=1", 400, "unknown-parameter", Some("http.since")),
            ("GET", "/fhir/CareTeam/_history?_since=soon", 400, "bad-parameter-value", Some("http._since")),
            ("GET", "/fhir/_history?_at=2026-13-01", 400, "bad-parameter-value", Some("http._at")),
            ("GET", "/fhir/_history?_count=1&_count=2", 400, "bad-parameter-value", Some("http._count")),
            ("GET", "/fhir/_history?_cursor=AAAA", 400, "bad-cursor", Some("http._cursor")),
        ];
        let answers = all_refused(world, rows(world, &table));
        assert!(answers[0].text.contains("Did you mean status?"), "{}", answers[0].text);
        let many = format!("/fhir/CareTeam?{}", "status=active&".repeat(101));
        all_refused(world, vec![(world.as_(BERGEN, "GET", &many), 400, "too-many-parameters", None)]);
    });
}

/// To find nothing by them, or with `:not` everything, would hide a slip of the pen.
#[test]
fn values_that_nothing_can_have_are_refused() {
    each(|world| {
        let table = [
            ("GET", "/fhir/CareTeam?status=activ", 400, "invalid-value", Some("http.status")),
            ("GET", "/fhir/CareTeam?status=active&status:not=foo", 400, "invalid-value", Some("http.status:not")),
            ("GET", "/fhir/CareTeam?participant=Location/1", 400, "invalid-value", Some("http.participant")),
            ("GET", "/fhir/Practitioner?active=yes", 400, "invalid-value", Some("http.active")),
        ];
        let answers = all_refused(world, rows(world, &table));
        assert!(answers[0].text.contains("Did you mean active?"), "{}", answers[0].text);
    });
}

#[test]
fn a_national_number_in_an_address_is_refused_and_goes_no_further() {
    each(|world| {
        for (method, path) in [
            ("GET", format!("/fhir/Patient?identifier={FNR}|{TESTINE}")),
            ("GET", format!("/fhir/Patient?identifier={FNR}%7C{TESTINE}")),
            ("GET", format!("/fhir/Patient?identifier={TESTINE}")),
            ("GET", format!("/fhir/CareTeam?patient:identifier={FNR}|{ANNEN}")),
            ("GET", format!("/fhir/CareTeam?patient=Patient/{BARN}")),
            ("GET", format!("/fhir/CareTeam?{TESTINE}=x")),
            ("GET", format!("/fhir/Patient?name={TESTINE}")),
            ("GET", format!("/fhir/Patient/{TESTINE}")),
            ("GET", format!("/fhir/Patient/pas-{TESTINE}/_history")),
            ("PUT", format!("/fhir/Patient/{TESTINE}")),
            ("DELETE", format!("/fhir/Patient/{TESTINE}")),
        ] {
            let request = match method {
                "PUT" => {
                    with_body(world, method, &path, format!("{{\"resourceType\":\"Patient\",\"id\":\"{TESTINE}\"}}"))
                }
                _ => world.as_(BERGEN, method, &path),
            };
            all_refused(world, vec![(request, 400, "national-number-in-url", None)]);
        }
        // Also where the number meets an address that is wrong otherwise, and in the ids that are echoed.
        for path in [format!("/fhir/{TESTINE}"), format!("/fhir/CareTeam/x/{TESTINE}"), format!("/{TESTINE}")] {
            let request =
                world.as_(BERGEN, "GET", &path).header("x-request-id", TESTINE).header("x-correlation-id", TESTINE);
            let answer = world.send(request);
            assert_eq!(answer.status, 404, "{}", answer.text);
            assert!(!names_somebody(&answer), "{:?} {}", answer.headers, answer.text);
        }
        // In the body of a search it is welcome, and does not come out in an address.
        let found = world.search(BERGEN, "Patient", &[("identifier", &format!("{FNR}|{TESTINE}"))]).expect(200);
        assert!(!names_somebody(&found), "{:?} {}", found.headers, found.text);
    });
}

#[test]
fn an_address_has_a_limit() {
    each(|world| {
        let long = |n: usize| format!("/fhir/CareTeam?_tag={}", "x".repeat(n));
        all_refused(world, vec![(world.as_(BERGEN, "GET", &long(9 << 10)), 414, "url-too-long", None)]);
        all_refused(
            world,
            vec![(world.as_(BERGEN, "GET", &format!("/fhir/{}", "x".repeat(9 << 10))), 414, "url-too-long", None)],
        );
        world.get(BERGEN, &long(7 << 10)).expect(200);
        // The same search fits in a body.
        world.search(BERGEN, "CareTeam", &[("_tag", &"x".repeat(9 << 10))]).expect(200);
    });
}

#[test]
fn what_is_no_http_is_refused_without_harm() {
    each(|world| {
        for (request, status) in [
            ("GET /fhir/CareTeam\r\n\r\n", 400),
            ("GET  HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("G\u{0}T /fhir/metadata HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /fhir/met\u{0}adata HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /fhir/metadata HTTP/9.9\r\nHost: x\r\n\r\n", 400),
            ("GET /fhir/metadata HTTP/1.1\r\nHost x\r\n\r\n", 400),
            ("GET http://[::1/fhir/metadata HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("POST /fhir/CareTeam HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400),
            ("POST /fhir/CareTeam HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}", 400),
        ] {
            let found = wire::send(world, request.as_bytes()).map(|(status, _)| status);
            assert!(found.is_none_or(|found| found == status), "{request:?}: {found:?}");
        }
        world.send(world.request("GET", "/health/ready")).expect(200);
    });
}

fn rows(world: &World, table: &[(&str, &str, u16, &'static str, Option<&'static str>)]) -> Vec<Row> {
    let row = |(method, path, status, key, at): &(&str, &str, u16, &'static str, Option<&'static str>)| {
        let request =
            if *method == "POST" { with_body(world, method, path, "{}") } else { world.as_(BERGEN, method, path) };
        (request, *status, *key, *at)
    };
    table.iter().map(row).collect()
}
