//! What must hold after a kill: the acknowledged is there as it was acknowledged, the rest is whole or absent.

use crate::answer::Answer;
use crate::binary::Asker;
use crate::crash::acts::{Acts, Open, Written};
use crate::crash::bodies::MARKS;
use crate::people::{FNR, HPR};
use std::collections::BTreeMap;
use varde_fhir::Clock;
use varde_store::{Session, Settings, Store, StoreError};

/// How many clients check at once.
const CHECKERS: usize = 8;
/// How many of the last answers before the kill are looked up in the access log one by one.
const LOOKED_UP: usize = 20;
/// What `$appoint` writes about the patient.
const PAPERS: [&str; 4] = ["CareTeam", "Consent", "DocumentReference", "Communication"];

/// What became of what was under way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fate {
    /// Done, though nobody heard of it.
    pub(crate) whole: usize,
    /// Not done.
    pub(crate) absent: usize,
}

/// Everything about the acts of one round.
pub(crate) fn round(asker: &Asker, acts: &Acts) -> Fate {
    versions(asker, &acts.written);
    newest(asker, acts);
    let mut hprs = acts.unique.clone();
    hprs.sort();
    hprs.dedup();
    for hpr in hprs {
        assert_eq!(found(asker, "Practitioner", &format!("{HPR}|{hpr}")), 1, "of {hpr}, acknowledged");
    }
    let mut fate = Fate::default();
    for open in &acts.open {
        if whole(asker, open) {
            fate.whole += 1;
        } else {
            fate.absent += 1;
        }
    }
    fate
}

/// Every acknowledged version, byte for byte.
pub(crate) fn versions(asker: &Asker, written: &[Written]) {
    let share = written.len().div_ceil(CHECKERS).max(1);
    std::thread::scope(|scope| {
        for share in written.chunks(share) {
            scope.spawn(move || {
                for Written { address, version, body } in share {
                    let there = asker.get(&format!("/fhir/{address}/_history/{version}"));
                    assert_eq!(
                        (there.status, there.text.as_str()),
                        (200, body.as_str()),
                        "{address} version {version}"
                    );
                }
            });
        }
    });
}

/// The access log has a line for every answer that was given, and the last ones say what was shown.
pub(crate) fn logged(database: &str, acts: &Acts, answered: usize) {
    let settings = Settings { url: database.to_owned(), readers: 1, base: String::new(), clock: Clock::System };
    let store = Store::open(settings).expect("the database");
    let lines = |session: &mut Session<'_>| -> Result<i64, StoreError> {
        let tables = session.counts()?;
        Ok(tables.into_iter().find(|(table, _)| table == "audit").expect("an access log").1)
    };
    let lines = usize::try_from(store.read(lines).expect("an answer")).expect("a number");
    assert!(lines >= answered, "{answered} requests were answered, {lines} stand in the access log");
    let last = acts.answered.iter().rev().take(LOOKED_UP);
    for answered in last {
        let rows = store.read(|session| session.audit_of(&answered.request)).expect("an answer");
        let [row] = rows.as_slice() else { panic!("{} rows of one request", rows.len()) };
        assert_eq!(row.status, i64::from(answered.status), "{row:?}");
        assert!(row.shown.contains(&answered.shown), "{row:?} does not show {:?}", answered.shown);
    }
    store.close();
}

/// The newest version of each resource is the newest acknowledged one, unless a change was under way.
fn newest(asker: &Asker, acts: &Acts) {
    let mut newest: BTreeMap<&str, &Written> = BTreeMap::new();
    for written in &acts.written {
        let known = newest.entry(&written.address).or_insert(written);
        if known.version < written.version {
            *known = written;
        }
    }
    for open in &acts.open {
        if let Open::Changed { before, .. } = open {
            newest.remove(before.address.as_str());
        }
    }
    // A Practitioner or a team may be changed by others' acts; a Flag is its client's own.
    for written in newest.values().filter(|written| written.address.starts_with("Flag/")) {
        let now = asker.get(&format!("/fhir/{}", written.address));
        assert_eq!((now.status, now.text.as_str()), (200, written.body.as_str()), "{}", written.address);
    }
}

/// Whether something under way was done; fails the test when it was half done.
fn whole(asker: &Asker, open: &Open) -> bool {
    match open {
        Open::Marked { mark, types } => {
            let there: Vec<usize> =
                types.iter().map(|(rtype, _)| found(asker, rtype, &format!("{MARKS}|{mark}"))).collect();
            let all: Vec<usize> = types.iter().map(|(_, count)| *count).collect();
            assert!(there == all || there.iter().all(|count| *count == 0), "half written: {there:?} of {types:?}");
            there == all
        }
        Open::Appointed { number } => {
            let there = PAPERS.map(|rtype| papers(asker, rtype, number));
            assert!(there == [1; 4] || there == [0; 4], "half an appointment: {there:?} of {PAPERS:?}");
            there == [1; 4]
        }
        Open::Unique { hpr } => {
            let there = found(asker, "Practitioner", &format!("{HPR}|{hpr}"));
            assert!(there <= 1, "{there} of {hpr}");
            there == 1
        }
        Open::Changed { before, text } => changed(asker, before, text),
    }
}

fn changed(asker: &Asker, before: &Written, text: &str) -> bool {
    let now = asker.get(&format!("/fhir/{}", before.address)).expect(200);
    if now.text == before.body {
        return false;
    }
    let version = now.json["meta"]["versionId"].as_str().map(str::to_owned);
    assert_eq!(version, Some((before.version + 1).to_string()), "{}", now.text);
    assert_eq!(now.json["code"]["text"], text, "{}", now.text);
    true
}

/// How many there are with an identifier.
fn found(asker: &Asker, rtype: &str, identifier: &str) -> usize {
    asker.get(&format!("/fhir/{rtype}?identifier={identifier}")).expect(200).entries().len()
}

/// How many there are about a patient.
fn papers(asker: &Asker, rtype: &str, number: &str) -> usize {
    let request = asker.request("POST", &format!("/fhir/{rtype}/_search"));
    let form = [("patient:identifier", format!("{FNR}|{number}"))];
    let answer: Answer = Asker::send(request.form(&form)).expect("an answer").expect(200);
    answer.entries().len()
}
