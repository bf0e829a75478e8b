//! One client: writes and reads in turn at both replicas, believes what it is told, and keeps account of it.

use crate::act::Act;
use crate::door::{Answer, Door};
use crate::ledger::{Ledger, Written};
use crate::numbers::Numbers;
use crate::replica::Replica;
use crate::trouble::Outcome;
use serde_json::Value;
use std::collections::VecDeque;
use std::iter::{Skip, StepBy};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How long a client waits after a 503 before it asks again. It is told a second; this tool looks more closely.
const PAUSE: Duration = Duration::from_millis(100);
/// How many of its resources it reads again.
const REMEMBERED: usize = 200;

/// What the round sees of the clients while they work.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// The round is over.
    pub(crate) stop: AtomicBool,
    /// Requests served, by replica.
    pub(crate) served: [AtomicU64; 2],
}

/// A client and its account.
pub(crate) struct Client {
    door: Door,
    number: usize,
    turn: u64,
    people: StepBy<Skip<Numbers>>,
    /// What it wrote alone and last, and so knows the current version of.
    known: VecDeque<Written>,
    /// What it was told since the account was last taken.
    pub(crate) ledger: Ledger,
}

impl Client {
    /// So many clients of two replicas.
    pub(crate) fn several(count: usize, replicas: &[Replica; 2]) -> Outcome<Vec<Self>> {
        (0..count)
            .map(|number| {
                Ok(Self {
                    door: Door::new(replicas, number)?,
                    number,
                    turn: 0,
                    people: Numbers::default().skip(number).step_by(count),
                    known: VecDeque::new(),
                    ledger: Ledger::default(),
                })
            })
            .collect()
    }

    /// Works until the round is over.
    pub(crate) fn work(&mut self, pulse: &Pulse) {
        while !pulse.stop.load(Ordering::Relaxed) {
            self.turn += 1;
            self.create_and_update(pulse);
            self.create_once(pulse);
            self.read(pulse);
            self.appoint(pulse);
            self.search(pulse);
        }
    }

    /// A plain create is asked once. Its update, with If-Match, may be asked again: 412 then says that it was done.
    fn create_and_update(&mut self, pulse: &Pulse) {
        let hpr = self.hpr(9);
        let Some(created) = self.send(&Act::create(&hpr), pulse) else { return self.ledger.doubtful.push(hpr) };
        let Some(one) = self.wrote(&created, 201) else { return };
        let update = Act::update(&one.key, one.version, one.resource.clone().unwrap_or_default());
        let Some((updated, asked)) = self.insist(&update, pulse) else { return };
        if updated.status == 412 && asked > 1 {
            return;
        }
        if let Some(two) = self.wrote(&updated, 200) {
            self.known.push_back(two);
            if self.known.len() > REMEMBERED {
                self.known.pop_front();
            }
        }
    }

    /// Every client asks for the same ones, and asks again until it is answered.
    fn create_once(&mut self, pulse: &Pulse) {
        let hpr = format!("8{:08}", self.turn);
        let Some((answer, _)) = self.insist(&Act::create_once(&hpr), pulse) else { return };
        let status = if answer.status == 200 { 200 } else { 201 };
        if self.wrote(&answer, status).is_some() {
            self.ledger.once.insert(hpr);
        }
    }

    /// What this client wrote last stands there, at whichever replica.
    fn read(&mut self, pulse: &Pulse) {
        let Some(known) = self.known.pop_front() else { return };
        if let Some(answer) = self.send(&Act::get(format!("/fhir/{}", known.key)), pulse) {
            self.ledger.reads += 1;
            if answer.status != 200 || Some(&answer.json) != known.resource.as_ref() {
                self.fault(format!("{} was read with {} or in another version", known.key, answer.status));
            }
        }
        self.known.push_back(known);
    }

    /// A transaction is asked once, the appointment that follows until it is answered.
    fn appoint(&mut self, pulse: &Pulse) {
        let Some(number) = self.people.next() else { return };
        let Some(stored) = self.send(&Act::transaction(&number), pulse) else { return };
        if stored.status != 200 {
            return self.fault(format!("a transaction was answered {}: {}", stored.status, stored.json));
        }
        let locations = stored.json.pointer("/entry").and_then(Value::as_array).into_iter().flatten();
        let written = locations.filter_map(|entry| located(entry.pointer("/response/location")?.as_str()?));
        self.ledger.written.extend(written);
        let hpr = self.hpr(7);
        let Some((answer, _)) = self.insist(&Act::appoint(&number, &hpr), pulse) else { return };
        if answer.status != 200 {
            return self.fault(format!("$appoint was answered {}: {}", answer.status, answer.json));
        }
        let parts = answer.json.pointer("/parameter").and_then(Value::as_array).into_iter().flatten();
        self.ledger.written.extend(parts.filter_map(|part| resource(part.get("resource")?)));
        self.ledger.once.insert(hpr);
    }

    /// One of those that every client asks for is there once.
    fn search(&mut self, pulse: &Pulse) {
        let Some(hpr) = self.ledger.once.last().cloned() else { return };
        let Some(answer) = self.send(&Act::search(&hpr), pulse) else { return };
        self.ledger.reads += 1;
        let found = answer.found();
        if found != 1 {
            self.fault(format!("{found} practitioners were found where one was acknowledged"));
        }
    }

    /// Asks until it is answered, at one replica after the other; the answer, and how often it was asked.
    fn insist(&mut self, act: &Act, pulse: &Pulse) -> Option<(Answer, u32)> {
        let mut asked = 0;
        while !pulse.stop.load(Ordering::Relaxed) {
            asked += 1;
            if let Some(answer) = self.send(act, pulse) {
                return Some((answer, asked));
            }
        }
        None
    }

    /// The answer, unless it is 503.
    fn send(&mut self, act: &Act, pulse: &Pulse) -> Option<Answer> {
        match self.door.send(act) {
            Ok((answer, heard)) => {
                self.ledger.heard.push(heard);
                if heard.served {
                    if let Some(count) = pulse.served.get(heard.replica) {
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    self.ledger.requests.push(answer.request.clone());
                    return Some(answer);
                }
            }
            Err(trouble) => self.fault(trouble.to_string()),
        }
        std::thread::sleep(PAUSE);
        None
    }

    /// Notes an acknowledged version.
    fn wrote(&mut self, answer: &Answer, status: u16) -> Option<Written> {
        let written = resource(&answer.json).filter(|_| answer.status == status);
        match &written {
            Some(written) => self.ledger.written.push(written.clone()),
            None => self.fault(format!("{} where {status} was expected: {}", answer.status, answer.json)),
        }
        written
    }

    fn fault(&mut self, fault: String) {
        self.ledger.faults.push(fault);
    }

    /// A number that no other client uses.
    fn hpr(&self, kind: u8) -> String {
        format!("{kind}{:02}{:06}", self.number, self.turn)
    }
}

/// A resource that was answered.
fn resource(json: &Value) -> Option<Written> {
    let text = |pointer| json.pointer(pointer).and_then(Value::as_str);
    let key = format!("{}/{}", text("/resourceType")?, text("/id")?);
    Some(Written { key, version: text("/meta/versionId")?.parse().ok()?, resource: Some(json.clone()) })
}

/// `…/Type/id/_history/version`
fn located(location: &str) -> Option<Written> {
    let (place, version) = location.split_once("/_history/")?;
    let mut parts = place.rsplit('/');
    let (id, rtype) = (parts.next()?, parts.next()?);
    Some(Written { key: format!("{rtype}/{id}"), version: version.parse().ok()?, resource: None })
}
