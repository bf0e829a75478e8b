//! The scenarios: which acts, in what mixture, about whom.

use crate::act::Act;
use crate::act::{FAMILY, Kind};
use crate::cast::Cast;

/// A scenario.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// Its name on the command line and in reports.
    pub(crate) name: &'static str,
    /// The acts, each with its share of a hundred.
    pub(crate) acts: &'static [(Kind, u64)],
    /// What it is, for the report.
    pub(crate) what: &'static str,
}

const fn only(name: &'static str, acts: &'static [(Kind, u64)], what: &'static str) -> Scenario {
    Scenario { name, acts, what }
}

/// What systems do with Varde.
pub(crate) static SCENARIOS: [Scenario; 11] = [
    only("read", &[(Kind::Read, 100)], "`GET CareTeam/id`"),
    only("vread", &[(Kind::Vread, 100)], "`GET CareTeam/id/_history/1`"),
    only("search", &[(Kind::Search, 100)], "`GET CareTeam?patient=…`, 1 hit"),
    only("search-ten", &[(Kind::SearchTen, 100)], "`GET CareTeam?patient=…`, 10 hits"),
    only("include", &[(Kind::Include, 100)], "`GET CareTeam?patient=…&_include=CareTeam:subject`"),
    only("status", &[(Kind::Status, 100)], "`$plan-status`, 1 patient"),
    only("status-hundred", &[(Kind::StatusHundred, 100)], "`$plan-status`, 100 patients"),
    only("create", &[(Kind::Create, 100)], "`POST CareTeam`"),
    only("appoint", &[(Kind::Appoint, 100)], "`CareTeam/$appoint`"),
    only("transaction", &[(Kind::Transaction, 100)], "transaction of 10"),
    only("mixed", &[(Kind::Read, 70), (Kind::Search, 20), (Kind::Create, 10)], "70 % read, 20 % search, 10 % create"),
];

/// The ceiling: a body that is always the same.
pub(crate) static FLAT: Scenario = only("flat", &[(Kind::Flat, 100)], "a static body");
/// The ceiling for what reads.
pub(crate) static SELECT: Scenario = only("select", &[(Kind::Select, 100)], "a bare select of a body by id");
/// The ceiling for what writes.
pub(crate) static INSERT: Scenario = only("insert", &[(Kind::Insert, 100)], "a bare grouped insert");

impl Scenario {
    /// Whether it writes resources.
    pub(crate) fn writes(&self) -> bool {
        self.acts
            .iter()
            .any(|(kind, _)| matches!(kind, Kind::Create | Kind::Appoint | Kind::Transaction | Kind::Insert))
    }
}

/// How far a database's waiting people and strangers are used up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    waiting: usize,
    strangers: usize,
}

impl Used {
    /// How many of those waiting something was asked about.
    pub(crate) fn waiting(self, cast: &Cast) -> usize {
        self.waiting.min(cast.waiting.len())
    }

    /// How many transactions about strangers were sent.
    pub(crate) fn strangers(self, cast: &Cast) -> usize {
        self.strangers.min(cast.strangers.len() / FAMILY)
    }
}

/// Draws acts; the same seed draws the same.
#[derive(Debug)]
pub(crate) struct Source {
    scenario: &'static Scenario,
    random: u64,
    /// What is used up, to go on from in the next run on the same database.
    pub(crate) used: Used,
}

impl Source {
    /// Draws for a scenario on a database of which this much is used.
    pub(crate) fn new(scenario: &'static Scenario, seed: u64, used: Used) -> Self {
        Self { scenario, random: seed, used }
    }

    /// The next act; `None` when nobody is left whom it could be about.
    pub(crate) fn next(&mut self, cast: &Cast) -> Option<Act> {
        let mut share = self.below(100);
        let mut acts = self.scenario.acts.iter();
        let kind = loop {
            let (kind, of_hundred) = acts.next()?;
            match share.checked_sub(*of_hundred) {
                Some(rest) => share = rest,
                None => break *kind,
            }
        };
        let who = match kind {
            Kind::Create | Kind::Appoint | Kind::Insert => {
                self.used.waiting += 1;
                Some(self.used.waiting - 1).filter(|who| *who < cast.waiting.len())
            }
            Kind::Transaction => {
                self.used.strangers += 1;
                Some(self.used.strangers - 1).filter(|who| (who + 1) * FAMILY <= cast.strangers.len())
            }
            Kind::SearchTen => Some(self.among(cast.busy)),
            // The first have more teams than one.
            Kind::Search | Kind::Include => Some(cast.busy + self.among(cast.people.len().saturating_sub(cast.busy))),
            _ => Some(self.among(cast.people.len())),
        };
        who.map(|who| Act { kind, who })
    }

    fn among(&mut self, count: usize) -> usize {
        usize::try_from(self.below(count.max(1).try_into().unwrap_or(1))).unwrap_or_default()
    }

    /// A number below `limit`: splitmix64 (Steele, Lea, Flood 2014), scaled.
    fn below(&mut self, limit: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(mixed ^ (mixed >> 31)) * u128::from(limit)) >> 64).try_into().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{SCENARIOS, Source, Used};
    use crate::act::Kind;
    use crate::cast::{Cast, Person};

    #[test]
    fn a_mixture_has_its_shares_and_stops_when_nobody_waits() {
        let people = vec![Person::default(); 1000];
        let cast = Cast { people, busy: 10, waiting: vec![Person::default(); 300], ..Cast::default() };
        let mixed = SCENARIOS.iter().find(|scenario| scenario.name == "mixed").unwrap();
        let mut source = Source::new(mixed, 1, Used::default());
        let drawn: Vec<_> = std::iter::from_fn(|| source.next(&cast)).collect();
        let count = |kind: Kind| drawn.iter().filter(|act| act.kind == kind).count();
        assert_eq!(count(Kind::Create), 300);
        assert!((1900..2300).contains(&count(Kind::Read)), "{}", count(Kind::Read));
        assert!(drawn.iter().all(|act| act.kind != Kind::Search || (10..1000).contains(&act.who)));
        let mut again = Source::new(mixed, 1, Used::default());
        assert_eq!(again.next(&cast).as_ref(), drawn.first());
    }
}
