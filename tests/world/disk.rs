//! A full disk and a disk that fails, under the real process on SQLite: 507 and 503, nothing half written, and the same process
//! goes on when there is room again. Without room nothing is shown either: a line of the access log is durable before an answer
//! leaves, and there is none to be had.

mod small;

use crate::answer::Answer;
use crate::binary::{self, Asker, Launched, Varde, verify};
use crate::crash::bodies::{self, MARKS, TOGETHER, together};
use crate::people::{BERGEN, appointing};
use crate::postgres;
use crate::story::APPOINT;
use serde_json::{Value, json};
use small::Small;
use std::process::Command;
use tempfile::TempDir;

/// Clients that fill the disk.
const CLIENTS: usize = 6;
/// Letters each of them sends at most; together they are larger than the disk.
const LETTERS: usize = 100;

#[test]
fn a_full_disk_is_507_for_writing_and_for_reading_until_there_is_room_and_nothing_is_lost() {
    if !binary::wanted() {
        return;
    }
    let Some(disk) = Small::start() else { return };
    let asker = disk.varde.asker(BERGEN);
    let (stored, refused) = fill(&asker);
    let (first, _) = stored.first().expect("a letter that was stored");
    last_drop(&asker, first);

    assert_full(&asker, first);
    assert_not_ready(&asker, first);
    disk.remove_ballast();

    assert_at_work(&asker);
    for (path, body) in &stored {
        let there = asker.get(path);
        assert_eq!((there.status, &there.text), (200, body), "{path}");
    }
    for mark in &refused {
        assert_eq!(found(&asker, "Communication", mark), 0, "{mark} was refused");
    }
    disk.verify();
    disk.varde.stop();
}

#[test]
fn a_disk_that_fails_is_503_and_the_same_process_goes_on_when_it_works_again() {
    if !binary::wanted() {
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let database = format!("sqlite:{}", folder.path().join("varde.db").display());
    let varde = Launched::start(&["sh", "-c", r#"trap "" XFSZ; exec "$@""#, "sh"], &database).ready();
    if !largest_file(&varde, "unlimited") {
        eprintln!("skipped: no prlimit on this machine");
        return;
    }
    let asker = varde.asker(BERGEN);
    let before = asker.post("/fhir/Communication", &letter("before", 10)).expect(201);
    let path = format!("/fhir/Communication/{}", before.id());
    assert!(largest_file(&varde, "1"));

    let write = asker.post("/fhir/Communication", &letter("refused", 10));
    for answer in [write, asker.get(&path), asker.post("/fhir", &together(&bodies::number(0), "refused"))] {
        let answer = answer.expect(503);
        assert_eq!((answer.codes(), answer.header("retry-after")), (vec!["unavailable"], Some("1")));
        assert_eq!(answer.json["issue"][0]["code"], "transient");
    }
    assert_not_ready(&asker, &path);
    assert!(largest_file(&varde, "unlimited"));

    assert_at_work(&asker);
    assert_eq!(asker.get(&path).expect(200).text, before.text);
    for (rtype, _) in TOGETHER {
        assert_eq!(found(&asker, rtype, "refused"), 0, "{rtype}");
    }
    varde.stop();
    verify(&database);
}

/// PostgreSQL refuses as it does when its disk is full: the same SQLSTATE and text, from a trigger.
const NO_ROOM: &str = r#"
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'could not extend file "base/5/16384": No space left on device'
        USING ERRCODE = '53100', HINT = 'Check free disk space.';
    END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION no_room();
"#;

#[test]
fn a_postgres_that_has_no_room_is_507_until_it_has() {
    let Some(server) = binary::postgres() else { return };
    let (database, name) = postgres::create(&server);
    let varde = Varde::start(&database);
    let asker = varde.asker(BERGEN);
    let before = asker.post("/fhir/Communication", &letter("before", 10)).expect(201);
    let path = format!("/fhir/Communication/{}", before.id());

    postgres::execute(&database, NO_ROOM);
    assert_full(&asker, &path);
    postgres::execute(&database, "DROP TRIGGER no_room ON audit");

    assert_at_work(&asker);
    assert_eq!(asker.get(&path).expect(200).text, before.text);
    assert_eq!(found(&asker, "Communication", "while-full"), 0);
    varde.stop();
    verify(&database);
    postgres::drop(&server, &name);
}

/// What everybody is told while the disk is full.
fn assert_full(asker: &Asker, path: &str) {
    let (number, mark) = (bodies::number(1), "while-full");
    let requests = [
        asker.request("GET", path),
        asker.request("GET", "/fhir/Communication?status=preparation"),
        asker.request_with("POST", "/fhir/Communication", &letter(mark, 10)),
        asker.request_with("POST", "/fhir", &together(&number, mark)),
        asker.request_with("POST", APPOINT, &appointing(&number, "9144900", mark)),
    ];
    for request in requests {
        let answer: Answer = Asker::send(request).expect("an answer").expect(507);
        assert_eq!((answer.codes(), answer.header("retry-after")), (vec!["storage-full"], None));
        assert_eq!(answer.json["issue"][0]["code"], "no-store");
        assert!(answer.text.contains("send the request again when there is room"), "{}", answer.text);
    }
    let norwegian = asker.in_norwegian().get(path).expect(507);
    assert!(norwegian.text.contains("når det er plass"), "{}", norwegian.text);
}

/// Nobody can be served here, reading or writing; the process is well and need not be started anew.
fn assert_not_ready(asker: &Asker, path: &str) {
    // Where a page is left, which is too little for anybody's request, the first questions use it up.
    for _ in 0..10 {
        assert!(asker.get(path).status >= 503);
        if asker.get("/health/ready").status == 503 {
            break;
        }
    }
    assert_eq!((asker.get("/health/ready").status, asker.get("/health/live").status), (503, 200));
}

/// All is well again, at once.
fn assert_at_work(asker: &Asker) {
    assert_eq!(asker.get("/health/ready").expect(200).json["status"], "ready");
    let number = bodies::number(2);
    assert_eq!(found(asker, "Patient", "while-full"), 0);
    asker.post("/fhir", &together(&number, "afterwards")).expect(200);
    asker.post(APPOINT, &appointing(&number, "9144900", "afterwards")).expect(200);
    for (rtype, count) in TOGETHER {
        assert_eq!(found(asker, rtype, "afterwards"), count, "{rtype}");
    }
}

/// Many clients write until the disk is full: what was stored, by path, and the marks of what was refused.
fn fill(asker: &Asker) -> (Vec<(String, String)>, Vec<String>) {
    let write = |client: usize| {
        let (mut stored, mut refused) = (Vec::new(), Vec::new());
        for number in 0..LETTERS {
            let mark = format!("letter-{client}-{number}");
            let answer = asker.post("/fhir/Communication", &letter(&mark, 60_000));
            if answer.status == 507 {
                refused.push(mark);
                break;
            }
            let answer = answer.expect(201);
            stored.push((format!("/fhir/Communication/{}", answer.id()), answer.text));
        }
        (stored, refused)
    };
    let (mut stored, mut refused) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|client| scope.spawn(move || write(client))).collect();
        for client in clients {
            let (more, no_more) = client.join().expect("a client that met nothing unexpected");
            stored.extend(more);
            refused.extend(no_more);
        }
    });
    assert_eq!(refused.len(), CLIENTS, "the disk is full");
    (stored, refused)
}

/// Reads until not even the line in the access log has room, again and again.
fn last_drop(asker: &Asker, path: &str) {
    let mut refused = 0;
    for _ in 0..2000 {
        let answer = asker.get(path);
        refused = if answer.status == 507 { refused + 1 } else { 0 };
        if refused == 10 {
            return;
        }
    }
    panic!("the disk does not fill");
}

/// A letter of this many bytes.
fn letter(mark: &str, bytes: usize) -> Value {
    json!({
        "resourceType": "Communication",
        "identifier": [{ "system": MARKS, "value": mark }],
        "status": "preparation",
        "payload": [{ "contentString": "x".repeat(bytes) }],
    })
}

fn found(asker: &Asker, rtype: &str, mark: &str) -> usize {
    asker.get(&format!("/fhir/{rtype}?identifier={MARKS}|{mark}")).expect(200).entries().len()
}

/// How large a file the process may write, in bytes; whether it could be told.
fn largest_file(varde: &Varde, bytes: &str) -> bool {
    let told = Command::new("prlimit").args([&format!("--pid={}", varde.pid()), &format!("--fsize={bytes}:")]).status();
    told.is_ok_and(|told| told.success())
}
