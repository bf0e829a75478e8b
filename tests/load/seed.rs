//! Seeding: patients with teams and plans go in through the API like anything else, in transactions, so that the law has judged
//! them and index, claims, grants and events are there.

use crate::bodies;
use crate::cast::{self, Person};
use crate::database::{Database, Shelf};
use crate::link::Link;
use crate::note::note;
use crate::numbers::Numbers;
use crate::server::{Program, Server};
use crate::trouble::{Doing, Outcome};
use crate::wire;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tokio::task::JoinSet;

/// Who has ten teams: so many, the first; fewer in a small database.
const BUSY: usize = 200;
/// Teams of earlier years that each of those has.
const EARLIER: usize = 9;
/// A transaction holds at most 500 entries: so many people with three of them …
const PEOPLE: usize = 150;
/// … and so many with earlier teams too.
const BUSY_PEOPLE: usize = 40;
/// Bundles under way at once: one is judged while the next is read.
const CLIENTS: usize = 3;

/// Seeds, or finds what was seeded before.
pub(crate) struct Seeder<'a> {
    /// Where the databases are.
    pub(crate) shelf: &'a Shelf,
    /// The `varde` binary.
    pub(crate) varde: &'a Path,
    /// Where the lists of people are kept.
    pub(crate) workdir: &'a Path,
}

/// A seeded database and who is in it.
pub(crate) struct Seeded {
    /// The database; copy it before writing.
    pub(crate) database: Database,
    /// Patients with team and plan.
    pub(crate) people: Vec<Person>,
    /// How many of them have ten teams.
    pub(crate) busy: usize,
    /// Patients with a consent alone.
    pub(crate) waiting: Vec<Person>,
}

/// How many people have ten teams among so many.
fn busy(count: usize) -> usize {
    BUSY.min(count / 4)
}

impl Seeder<'_> {
    /// A database with so many patients, each with consents, team and plan.
    pub(crate) async fn patients(&self, count: usize) -> Outcome<Seeded> {
        let database = self.shelf.database(&format!("seed_{count}"));
        let list = self.list(&format!("seed_{count}"));
        if !self.stands(&database, &list).await? {
            note(&format!("seeding {count} patients on {}", self.shelf.title()));
            database.create().await?;
            let server = Server::start(&Program::Varde(self.varde), &database.url(), self.workdir)?;
            directory(&server).await?;
            let numbers = Numbers::default().take(count).collect();
            let people = people(&server, Rc::new(numbers), busy(count), true).await?;
            server.stop()?;
            cast::save(&people, &list)?;
        }
        Ok(Seeded { database, people: cast::load(&list)?, busy: busy(count), waiting: Vec::new() })
    }

    /// The same, and so many more who have consented to a koordinator and wait for one.
    pub(crate) async fn with_waiting(&self, count: usize, waiting: usize) -> Outcome<Seeded> {
        let seeded = self.patients(count).await?;
        let name = format!("seed_{count}_waiting_{waiting}");
        let (database, list) = (self.shelf.database(&name), self.list(&name));
        if !self.stands(&database, &list).await? {
            note(&format!("seeding {waiting} patients who wait for an appointment"));
            seeded.database.copy(&name).await?;
            let server = Server::start(&Program::Varde(self.varde), &database.url(), self.workdir)?;
            let numbers = Numbers::default().skip(count).take(waiting).collect();
            let people = people(&server, Rc::new(numbers), 0, false).await?;
            server.stop()?;
            cast::save(&people, &list)?;
        }
        Ok(Seeded { database, waiting: cast::load(&list)?, ..seeded })
    }

    /// Whether a database was seeded to the end before. One that an older binary seeded is brought to this one's schema, so that no
    /// measurement pays for that.
    async fn stands(&self, database: &Database, list: &Path) -> Outcome<bool> {
        if !list.exists() {
            return Ok(false);
        }
        if !database.exists().await? {
            std::fs::remove_file(list).doing("removing the list of people of a database that is gone")?;
            return Ok(false);
        }
        Server::start(&Program::Varde(self.varde), &database.url(), self.workdir)?.stop()?;
        Ok(true)
    }

    fn list(&self, name: &str) -> PathBuf {
        self.workdir.join(format!("{}_{name}.people", self.shelf.title().to_lowercase()))
    }
}

/// The organisations, the koordinerende enhet and the nurses.
async fn directory(server: &Server) -> Outcome<()> {
    for (persona, resources) in
        [("epj-helse-bergen", bodies::hospital()), ("ip-bergen-kommune", bodies::municipality())]
    {
        let token = server.token(persona).await?;
        let mut link = Link::open(server.address).await?;
        post(&mut link, &token, &resources.iter().map(bodies::entry).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// What the clients that seed share.
struct Work {
    address: SocketAddr,
    hospital: String,
    municipality: String,
    numbers: Rc<Vec<String>>,
    busy: usize,
    whole: bool,
    next: Cell<usize>,
    people: RefCell<Vec<Person>>,
}

/// Writes people; `whole` says with team and plan, otherwise they only consent.
async fn people(server: &Server, numbers: Rc<Vec<String>>, busy: usize, whole: bool) -> Outcome<Vec<Person>> {
    let work = Rc::new(Work {
        address: server.address,
        hospital: server.token("epj-helse-bergen").await?,
        municipality: server.token("ip-bergen-kommune").await?,
        people: RefCell::new(vec![Person::default(); numbers.len()]),
        numbers,
        busy,
        whole,
        next: Cell::new(0),
    });
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn_local(client(Rc::clone(&work)));
    }
    while let Some(ended) = clients.join_next().await {
        ended.doing("a client")??;
    }
    Ok(work.people.take())
}

async fn client(work: Rc<Work>) -> Outcome<()> {
    let mut link = Link::open(work.address).await?;
    while let Some(range) = work.range() {
        let mut people = work.by_hospital(&mut link, range.clone()).await?;
        if work.whole {
            work.by_municipality(&mut link, &mut people).await?;
        }
        for (place, person) in work.people.borrow_mut().iter_mut().skip(range.start).zip(people) {
            *place = person;
        }
    }
    Ok(())
}

impl Work {
    /// The next people to write.
    fn range(&self) -> Option<Range<usize>> {
        let start = self.next.get();
        let end = if start < self.busy { self.busy.min(start + BUSY_PEOPLE) } else { start + PEOPLE };
        let end = end.min(self.numbers.len());
        self.next.set(end);
        (start < end).then_some(start..end)
    }

    /// Patient, consent and team, by the hospital.
    async fn by_hospital(&self, link: &mut Link, range: Range<usize>) -> Outcome<Vec<Person>> {
        let mut people = Vec::new();
        let mut entries = Vec::new();
        let mut places = Vec::new();
        for (index, number) in range.clone().zip(self.numbers.iter().skip(range.start)) {
            let full_url = bodies::full_url(index);
            let about = bodies::literal(&full_url);
            places.push(entries.len());
            let mut patient = bodies::entry(&bodies::patient(number));
            if let Some(patient) = patient.as_object_mut() {
                patient.insert("fullUrl".to_owned(), json!(full_url));
            }
            entries.push(patient);
            entries.push(bodies::entry(&bodies::consent(&about, "koordinator", bodies::BERGEN_KOMMUNE)));
            if self.whole {
                entries.push(bodies::entry(&bodies::team(&about)));
            }
            if index < self.busy {
                entries.extend((0..EARLIER).map(|_| bodies::entry(&bodies::earlier_team(&about))));
            }
            people.push(Person { number: number.clone(), ..Person::default() });
        }
        let ids = post(link, &self.hospital, &entries).await?;
        for (person, place) in people.iter_mut().zip(places) {
            person.patient = ids.get(place).cloned().unwrap_or_default();
            if self.whole {
                person.team = ids.get(place + 2).cloned().unwrap_or_default();
            }
        }
        Ok(people)
    }

    /// Consent and plan, by the municipality.
    async fn by_municipality(&self, link: &mut Link, people: &mut [Person]) -> Outcome<()> {
        let entries: Vec<Value> = people
            .iter()
            .flat_map(|person| {
                let about = bodies::by_number(&person.number);
                let consent = bodies::consent(&about, "individuell-plan", bodies::HELSE_BERGEN);
                [bodies::entry(&consent), bodies::entry(&bodies::plan(&about))]
            })
            .collect();
        let ids = post(link, &self.municipality, &entries).await?;
        for (person, plan) in people.iter_mut().zip(ids.into_iter().skip(1).step_by(2)) {
            person.plan = plan;
        }
        Ok(())
    }
}

/// Sends a transaction and tells the ids of what it made, in the order sent.
async fn post(link: &mut Link, token: &str, entries: &[Value]) -> Outcome<Vec<String>> {
    let bundle = bodies::transaction(entries).to_string();
    let mut request = Vec::new();
    let fields = ["prefer: return=minimal"];
    wire::post_as("/fhir", token, wire::FHIR, &fields, bundle.as_bytes(), &mut request);
    let answer = link.ask(&request).await?;
    let answer: Value = serde_json::from_slice(answer.expect(200)?).doing("a transaction's answer")?;
    let made = answer.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let id = |entry: &Value| {
        let location = entry.pointer("/response/location")?.as_str()?;
        location.split('/').nth(1).map(str::to_owned)
    };
    let ids: Vec<String> = made.iter().filter_map(id).collect();
    (ids.len() == entries.len()).then_some(ids).doing("a transaction did not make everything")
}
