//! One round: load, a blow, recovery without a restart, and a look at what is left.

use crate::check::{Findings, check};
use crate::client::{Client, Pulse};
use crate::cluster::Cluster;
use crate::ledger::Ledger;
use crate::programs::Programs;
use crate::replica::Replica;
use crate::trouble::{Doing, Outcome, Trouble};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const WARM: Duration = Duration::from_secs(4);
/// How long a failover manager may take to notice that the primary is dead.
const NOTICED: Duration = Duration::from_secs(3);
/// How long a server hangs, or is away: longer than Varde waits for anything.
const HANGING: Duration = Duration::from_secs(40);
/// How long commits' waits for the standby are cancelled.
const CANCELLING: Duration = Duration::from_secs(10);
/// How long the replicas may take to recover.
const RECOVERY: Duration = Duration::from_mins(1);
const AFTERWARDS: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(100);

/// What happens to the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strike {
    /// Every process of the primary is killed; the standby is promoted.
    Kill,
    /// The primary is stopped in its tracks; the standby is promoted; the old primary wakes up again, then is killed.
    Hang,
    /// The standby is away for a while; nobody is promoted.
    Away,
    /// The standby is away, somebody cancels the commits that wait for it, the primary is killed, the standby is promoted.
    Cancel,
}

impl Strike {
    /// Reads its name on the command line.
    pub(crate) fn parse(name: &str) -> Outcome<Self> {
        let known = [("kill", Self::Kill), ("hang", Self::Hang), ("away", Self::Away), ("cancel", Self::Cancel)];
        let found = known.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, strike)| strike).doing("--only: write kill, hang, away or cancel")
    }

    /// What the report calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kill => "primary killed",
            Self::Hang => "primary hangs",
            Self::Away => "standby away",
            Self::Cancel => "waits cancelled",
        }
    }
}

/// When what happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marks {
    /// From now on nothing can be acknowledged.
    pub(crate) struck: Instant,
    /// From now on it can be again.
    pub(crate) mended: Instant,
    /// How many waits were cancelled.
    pub(crate) cancelled: usize,
}

/// A round that was played.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) strike: Strike,
    pub(crate) marks: Marks,
    pub(crate) ledger: Ledger,
    pub(crate) findings: Findings,
}

/// Everything that is on the stage.
pub(crate) struct Stage<'p> {
    pub(crate) primary: Cluster<'p>,
    pub(crate) standby: Cluster<'p>,
    pub(crate) replicas: [Replica; 2],
    pub(crate) clients: Vec<Client>,
}

impl Stage<'_> {
    /// Plays a round, and sets the stage for the next: a primary and a synchronous standby.
    pub(crate) fn play(&mut self, strike: Strike, programs: &Programs, url: &str) -> Outcome<Played> {
        let pulse = Pulse::default();
        let Self { primary, standby, clients, .. } = self;
        let marks = std::thread::scope(|scope| {
            for client in clients.iter_mut() {
                scope.spawn(|| client.work(&pulse));
            }
            let marks = blow(strike, primary, standby, &pulse);
            pulse.stop.store(true, Ordering::Relaxed);
            marks
        })?;
        let mut ledger = Ledger::default();
        for client in &mut self.clients {
            ledger.add(std::mem::take(&mut client.ledger));
        }
        if !self.replicas.iter_mut().all(Replica::lives) {
            return Err(Trouble::new("a replica has ended"));
        }
        if strike != Strike::Away {
            std::mem::swap(&mut self.primary, &mut self.standby);
        }
        let findings = check(&ledger, &self.replicas, &self.primary, programs, url)?;
        if strike != Strike::Away {
            self.standby = self.standby.replaced(&self.primary)?;
        }
        Ok(Played { strike, marks, ledger, findings })
    }
}

/// Strikes, and waits until both replicas serve again.
fn blow(strike: Strike, primary: &Cluster<'_>, standby: &Cluster<'_>, pulse: &Pulse) -> Outcome<Marks> {
    std::thread::sleep(WARM);
    let (struck, mended, cancelled) = match strike {
        Strike::Kill => {
            primary.kill()?;
            (Instant::now(), fail_over(standby, NOTICED)?, 0)
        }
        Strike::Hang => {
            primary.freeze()?;
            (Instant::now(), fail_over(standby, HANGING)?, 0)
        }
        Strike::Away => {
            standby.stop()?;
            let struck = Instant::now();
            std::thread::sleep(HANGING);
            let mended = Instant::now();
            standby.start()?;
            (struck, mended, 0)
        }
        Strike::Cancel => {
            standby.stop()?;
            let struck = Instant::now();
            let cancelled = cancel(primary)?;
            primary.kill()?;
            standby.start()?;
            (struck, fail_over(standby, NOTICED)?, cancelled)
        }
    };
    recovered(pulse)?;
    if strike == Strike::Hang {
        std::thread::sleep(AFTERWARDS);
        primary.thaw()?;
        std::thread::sleep(AFTERWARDS);
        primary.kill()?;
    }
    std::thread::sleep(AFTERWARDS);
    Ok(Marks { struck, mended, cancelled })
}

/// Promotes the standby after a while; the moment when that began.
fn fail_over(standby: &Cluster<'_>, after: Duration) -> Outcome<Instant> {
    std::thread::sleep(after);
    let began = Instant::now();
    standby.promote()?;
    Ok(began)
}

/// Cancels what waits for the standby, again and again; how many there were.
fn cancel(primary: &Cluster<'_>) -> Outcome<usize> {
    let end = Instant::now() + CANCELLING;
    let mut cancelled = 0;
    while Instant::now() < end {
        let waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity \
                       WHERE wait_event = 'SyncRep' AND application_name = 'varde'";
        cancelled += primary.ask("postgres", waiting)?.len();
        std::thread::sleep(PAUSE);
    }
    Ok(cancelled)
}

/// Waits until both replicas have served somebody again.
fn recovered(pulse: &Pulse) -> Outcome<()> {
    let served = || pulse.served.each_ref().map(|count| count.load(Ordering::Relaxed));
    let (before, end) = (served(), Instant::now() + RECOVERY);
    while Instant::now() < end {
        if served().iter().zip(before).all(|(now, before)| *now > before) {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
    Err(Trouble::new("a replica did not recover"))
}
