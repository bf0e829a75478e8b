//! The generator: many keep-alive connections on one thread, which leaves the other core to the server.

use crate::act::Script;
use crate::cast::Cast;
use crate::check::{self, Lengths};
use crate::figures::Tally;
use crate::link::{Answer, Link};
use crate::scenario::Source;
use crate::schedule::Schedule;
use crate::trouble::{Doing, Outcome, Trouble};
use hdrhistogram::Histogram;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Every so many answers one is read whole.
const SAMPLE: u64 = 64;
/// So many wrong answers are told in words.
const TOLD: usize = 3;

/// What the clients of a run share for reading.
pub(crate) struct Play {
    /// Who is in the database.
    pub(crate) cast: Cast,
    /// What is said.
    pub(crate) script: Script,
    /// How long right answers are.
    pub(crate) lengths: RefCell<Lengths>,
}

/// How hard to press.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pressure {
    /// Connections.
    pub(crate) clients: usize,
    /// Requests a second of an open loop; `None` for a closed one.
    pub(crate) rate: Option<u32>,
    /// How long.
    pub(crate) length: Duration,
}

/// What the clients of a run share for writing.
struct Stage {
    play: Rc<Play>,
    source: Source,
    schedule: Schedule,
    begun: Instant,
    tally: Tally,
}

/// Presses a server and gives the count, and the source to go on with.
///
/// # Errors
/// When a connection cannot be made. Wrong answers are counted, not an error.
pub(crate) async fn drive(
    address: SocketAddr,
    play: &Rc<Play>,
    source: Source,
    pressure: Pressure,
) -> Outcome<(Tally, Source)> {
    let mut links = Vec::new();
    for _ in 0..pressure.clients {
        links.push(Link::open(address).await?);
    }
    let times = Histogram::new_with_bounds(1, 60_000_000, 3).doing("a histogram")?;
    let tally = Tally { times, answers: 0, read_whole: 0, wrong: 0, told: Vec::new(), took: Duration::ZERO };
    let schedule = Schedule::new(pressure.rate, pressure.length);
    let stage = Stage { play: Rc::clone(play), source, schedule, begun: Instant::now(), tally };
    let stage = Rc::new(RefCell::new(stage));
    let mut clients = JoinSet::new();
    for link in links {
        clients.spawn_local(client(link, Rc::clone(&stage)));
    }
    while let Some(ended) = clients.join_next().await {
        ended.doing("a client")?;
    }
    let stage = Rc::into_inner(stage).map(RefCell::into_inner).doing("a client did not end")?;
    let tally = Tally { took: stage.begun.elapsed(), ..stage.tally };
    Ok((tally, stage.source))
}

/// One client: asks until the run is over.
async fn client(mut link: Link, stage: Rc<RefCell<Stage>>) {
    let play = Rc::clone(&stage.borrow().play);
    let begun = stage.borrow().begun;
    let (mut body, mut request) = (Vec::new(), Vec::new());
    loop {
        let next = stage.borrow_mut().next();
        let Some((act, due)) = next else { return };
        if due > begun.elapsed() {
            tokio::time::sleep_until((begun + due).into()).await;
        }
        body.clear();
        request.clear();
        play.script.write(act, &play.cast, &mut body, &mut request);
        let answer = link.ask(&request).await;
        let took = begun.elapsed().saturating_sub(due);
        let lost = answer.is_err();
        stage.borrow_mut().count(act, took, answer);
        if lost {
            return;
        }
    }
}

impl Stage {
    fn next(&mut self) -> Option<(crate::act::Act, Duration)> {
        let due = self.schedule.next(self.begun.elapsed())?;
        Some((self.source.next(&self.play.cast)?, due))
    }

    fn count(&mut self, act: crate::act::Act, took: Duration, answer: Outcome<Answer<'_>>) {
        self.tally.times.saturating_record(took.as_micros().try_into().unwrap_or(u64::MAX));
        self.tally.answers += 1;
        if let Err(trouble) = answer.and_then(|answer| self.judge(act, &answer)) {
            self.tally.wrong += 1;
            if self.tally.told.len() < TOLD {
                self.tally.told.push(trouble.to_string());
            }
        }
    }

    fn judge(&mut self, act: crate::act::Act, answer: &Answer<'_>) -> Outcome<()> {
        let Play { cast, lengths, .. } = &*self.play;
        check::glance(act, cast, answer, &lengths.borrow())?;
        if self.tally.answers % SAMPLE == 1 {
            check::look(act, cast, answer)?;
            self.tally.read_whole += 1;
        }
        Ok(())
    }
}

/// Before any timing: so many requests, one after the other, every answer read whole; the lengths of right answers are learnt.
///
/// # Errors
/// The first answer that is wrong.
pub(crate) async fn rehearse(address: SocketAddr, play: &Play, mut source: Source, count: usize) -> Outcome<Source> {
    let mut link = Link::open(address).await?;
    let (mut body, mut request) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let act = source.next(&play.cast).ok_or_else(|| Trouble::new("too few people to rehearse with"))?;
        body.clear();
        request.clear();
        play.script.write(act, &play.cast, &mut body, &mut request);
        let answer = link.ask(&request).await?;
        play.lengths.borrow_mut().learn(act.kind, answer.head.body);
        check::glance(act, &play.cast, &answer, &play.lengths.borrow())?;
        check::look(act, &play.cast, &answer)?;
    }
    Ok(source)
}
