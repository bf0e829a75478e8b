//! One client: does one thing after another until the process is gone, and remembers what it was told.

use crate::answer::Answer;
use crate::binary::Asker;
use crate::crash::acts::{Acts, Answered, Open, Written};
use crate::crash::bodies::{self, TOGETHER, flag, together};
use crate::crash::chance::Chance;
use crate::people::{HPR, appointing, nurse};
use crate::story::{APPOINT, set};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;

/// What all clients of all rounds share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// The next patient nobody has used.
    patients: AtomicUsize,
    /// The round, for conditional creates that meet.
    pub(crate) round: AtomicUsize,
}

/// A client at work.
pub(crate) struct Client<'s> {
    asker: Asker,
    chance: Chance,
    shared: &'s Shared,
    /// Told of every acknowledged answer.
    heard: Sender<()>,
    /// The newest version of each resource it may change.
    own: Vec<Written>,
    acts: Acts,
}

impl<'s> Client<'s> {
    /// A client that has done nothing yet.
    pub(crate) fn new(asker: Asker, chance: Chance, shared: &'s Shared, heard: Sender<()>) -> Self {
        Self { asker, chance, shared, heard, own: Vec::new(), acts: Acts::default() }
    }

    /// Works until an answer does not come.
    pub(crate) fn work(mut self) -> Acts {
        while self.step().is_some() {
            let _ = self.heard.send(());
        }
        self.acts
    }

    fn step(&mut self) -> Option<()> {
        match self.chance.below(100) {
            0..20 => self.create(),
            20..35 => self.change(),
            35..50 => self.together(),
            50..60 => self.appoint(),
            60..70 => self.create_unless_there(),
            _ => self.read(),
        }
    }

    fn create(&mut self) -> Option<()> {
        let (number, mark) = self.patient();
        let body = flag(&number, &mark, "Trenger tolk");
        self.acts.open.push(Open::Marked { mark, types: &[("Flag", 1)] });
        let answer = self.acknowledged(self.asker.request_with("POST", "/fhir/Flag", &body), &[201])?;
        let written = self.told(&answer);
        self.own.push(written);
        Some(())
    }

    fn change(&mut self) -> Option<()> {
        if self.own.is_empty() {
            return self.create();
        }
        let which = self.chance.below(self.own.len());
        let before = self.own[which].clone();
        let text = format!("Trenger tolk ({})", self.patient().1);
        let body = set(serde_json::from_str(&before.body).expect("JSON"), "/code/text", json!(text));
        let path = format!("/fhir/{}", before.address);
        let request =
            self.asker.request_with("PUT", &path, &body).header("if-match", format!("W/\"{}\"", before.version));
        self.acts.open.push(Open::Changed { before, text });
        let answer = self.acknowledged(request, &[200])?;
        self.own[which] = self.told(&answer);
        Some(())
    }

    fn together(&mut self) -> Option<()> {
        let (number, mark) = self.patient();
        let body = together(&number, &mark);
        self.acts.open.push(Open::Marked { mark, types: &TOGETHER });
        let answer = self.acknowledged(self.asker.request_with("POST", "/fhir", &body), &[200])?;
        let entries = answer.entries();
        assert_eq!(entries.len(), 5, "{}", answer.text);
        let written: Vec<Written> = entries.into_iter().map(written).collect();
        self.note(&answer, written);
        Some(())
    }

    fn appoint(&mut self) -> Option<()> {
        let (number, mark) = self.patient();
        let hpr = (9_144_900 + self.chance.below(40)).to_string();
        let body = appointing(&number, &hpr, &mark);
        self.acts.open.push(Open::Appointed { number });
        let answer = self.acknowledged(self.asker.request_with("POST", APPOINT, &body), &[200])?;
        let resources = answer.json["parameter"].as_array().into_iter().flatten().map(|part| &part["resource"]);
        let resources =
            resources.filter(|resource| resource["id"].is_string() && resource["resourceType"] != "OperationOutcome");
        let written: Vec<Written> = resources.map(written).collect();
        assert!(written.len() >= 3, "{}", answer.text);
        self.note(&answer, written);
        Some(())
    }

    fn create_unless_there(&mut self) -> Option<()> {
        let round = self.shared.round.load(Ordering::SeqCst);
        let hpr = (1_000_000 + round * 8 + self.chance.below(8)).to_string();
        let request = self.asker.request_with("POST", "/fhir/Practitioner", &nurse(&hpr));
        let request = request.header("if-none-exist", format!("identifier={HPR}|{hpr}"));
        self.acts.open.push(Open::Unique { hpr: hpr.clone() });
        let answer = self.acknowledged(request, &[200, 201])?;
        self.acts.unique.push(hpr);
        self.told(&answer);
        Some(())
    }

    fn read(&mut self) -> Option<()> {
        if self.acts.written.is_empty() {
            return self.create();
        }
        let which = self.chance.below(self.acts.written.len());
        let written = self.acts.written[which].clone();
        let Written { address, version, body } = written;
        let answer = Asker::send(self.asker.request("GET", &format!("/fhir/{address}/_history/{version}")))?;
        let answer = answer.expect(200);
        assert_eq!(answer.text, body);
        self.answered(&answer, (address, version));
        Some(())
    }

    /// The number of a patient nobody has used, and a mark.
    fn patient(&self) -> (String, String) {
        let index = self.shared.patients.fetch_add(1, Ordering::SeqCst);
        (bodies::number(index), format!("mark-{index}"))
    }

    /// Sends what was put down as open, and takes it off the list when it was done.
    fn acknowledged(&mut self, request: reqwest::blocking::RequestBuilder, statuses: &[u16]) -> Option<Answer> {
        let answer = Asker::send(request)?;
        // A process that was told to stop may say so.
        if answer.status == 503 {
            return None;
        }
        assert!(statuses.contains(&answer.status), "{}: {}", answer.status, answer.text);
        self.acts.open.pop();
        Some(answer)
    }

    /// Remembers the resource an answer shows.
    fn told(&mut self, answer: &Answer) -> Written {
        let written = Written { body: answer.text.clone(), ..written(&answer.json) };
        self.note(answer, vec![written.clone()]);
        written
    }

    fn note(&mut self, answer: &Answer, written: Vec<Written>) {
        if let Some(first) = written.first() {
            self.answered(answer, (first.address.clone(), first.version));
        }
        self.acts.written.extend(written);
    }

    fn answered(&mut self, answer: &Answer, shown: (String, i64)) {
        let request = answer.header("x-request-id").expect("a request id").to_owned();
        self.acts.answered.push(Answered { request, status: answer.status, shown });
    }
}

/// A resource within an answer: its text is what the server wrote, number by number and in its order.
fn written(resource: &Value) -> Written {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no id in {resource}")).to_owned();
    let version = text(&resource["meta"]["versionId"]).parse().expect("a number");
    let address = format!("{}/{}", text(&resource["resourceType"]), text(&resource["id"]));
    Written { address, version, body: resource.to_string() }
}
