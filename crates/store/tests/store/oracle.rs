//! The differential oracle: generated resources and generated searches, answered by the store's SQL and by a plain scan over the
//! JSON that shares no code with it, nor with the extraction of the index or the parsing of searches. They must agree: on what is
//! found, in which order, on which page, in which number, with what beside it, for each viewer.
//!
//! `VARDE_ORACLE_QUERIES=1000000 cargo test --release -p varde-store oracle` runs longer, `VARDE_ORACLE_SEED` makes other stock.

mod asks;
mod chance;
mod dates;
mod elements;
mod fill;
mod following;
mod meaning;
mod order;
mod scan;
mod stock;
mod term;

use crate::suite::world::{BASE, HOSPITAL, MUNICIPALITY, STRANGER, World};
use chance::Chance;
use scan::{Answer, Asked};
use stock::Stock;
use varde_fhir::query::{self, Query, Scope};
use varde_fhir::{Id, Issue, IssueCode, ResourceType};
use varde_store::View;

/// Searches of an ordinary run, on each database.
const QUERIES: u64 = 20_000;
/// The more there are, the longer one search takes; the fewer, the less it shows.
const THREADS: u64 = 2;

/// A search that finds nothing shows little.
#[test]
fn most_searches_find_something() {
    let stock = Stock::new(&mut Chance::new(1));
    let finds = |n: &u64| !stock.search(&asks::ask(&stock, &mut Chance::new(*n))).matches.is_empty();
    assert!((0..1000).filter(finds).count() > 300);
}

#[test]
fn sqlite_agrees_with_a_plain_scan() {
    agree(&World::sqlite(), "SQLite");
}

#[test]
fn postgres_agrees_with_a_plain_scan() {
    if let Some(world) = World::postgres() {
        agree(&world, "PostgreSQL");
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

fn agree(world: &World, database: &str) {
    let (seed, queries) = (number("VARDE_ORACLE_SEED", 1), number("VARDE_ORACLE_QUERIES", QUERIES));
    let stock = Stock::new(&mut Chance::new(seed));
    stock.put(world);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let stock = &stock;
            scope.spawn(move || {
                for n in (thread..queries).step_by(usize::try_from(THREADS).unwrap()) {
                    let mut chance = Chance::new(seed.wrapping_mul(1_000_003).wrapping_add(n));
                    let mut asked = asks::ask(stock, &mut chance);
                    while is_impossible(&asked) {
                        asked = asks::ask(stock, &mut chance);
                    }
                    if let Some(difference) = difference(world, stock, &asked) {
                        let (asked, difference) = smallest(world, stock, asked, difference);
                        panic!("{database}, seed {seed}, query {n}: {asked:?}\n{difference}");
                    }
                }
            });
        }
    });
}

fn parsed(asked: &Asked, params: &[(String, String)]) -> Result<Query, Vec<Issue>> {
    let types: Vec<ResourceType> = asked.types.iter().map(|name| name.parse().unwrap()).collect();
    let compartment = asked.of_patient.as_deref().and_then(Id::parse);
    query::parse_wide(Scope { types: &types, wide: types.len() > 1, compartment }, params, (BASE, false, true))
}

/// Whether it names a code or a type that nothing can have there: it is refused, whatever is stored, and another one is asked.
fn is_impossible(asked: &Asked) -> bool {
    let impossible = ["not in the value set", "does not refer to", "write true or false"];
    let issues = parsed(asked, &asked.params).err().unwrap_or_default();
    issues.iter().any(|issue| impossible.iter().any(|words| issue.en.contains(words)))
}

/// How the two answers differ; `None` when they do not.
fn difference(world: &World, stock: &Stock, asked: &Asked) -> Option<String> {
    let parse = |params: &[(String, String)]| parsed(asked, params);
    let query = match parse(&asked.params) {
        // What costs too much is refused by its shape; beside what an index answers it is asked all the same.
        Err(issues) if issues.iter().all(|issue| issue.code == IssueCode::TooCostly) => {
            parse(&[&asked.params[..], &[("_lastUpdated".to_owned(), "ge1900".to_owned())]].concat())
        }
        parsed => parsed,
    };
    let query = match query {
        Ok(query) => query,
        Err(issues) => return Some(format!("refused: {issues:?}")),
    };
    let expected = stock.search(asked);
    let found = pages(world, &query, asked, stock.now);
    if found == expected {
        return None;
    }
    let missing: Vec<&String> = expected.matches.iter().filter(|id| !found.matches.contains(id)).collect();
    let extra: Vec<&String> = found.matches.iter().filter(|id| !expected.matches.contains(id)).collect();
    if !missing.is_empty() || !extra.is_empty() {
        let first = missing
            .iter()
            .chain(&extra)
            .next()
            .and_then(|address| stock.all.iter().find(|kept| kept.address() == **address));
        let shown = first.map(stock::Kept::shown).unwrap_or_default();
        return Some(format!("missing: {missing:?}, extra: {extra:?}\n{shown}"));
    }
    Some(format!("expected {expected:?}\n   found {found:?}"))
}

/// All pages, one after the other.
fn pages(world: &World, query: &Query, asked: &Asked, now: i64) -> Answer {
    let view = View { organisation: asked.viewer.map(str::to_owned), now };
    let mut answer = Answer::default();
    let mut position = None;
    loop {
        let page = world.read(|session| session.search(query, &view, position.as_deref()));
        if position.is_none() {
            answer.included = page.included.iter().map(|stored| stored.key.to_string()).collect();
            answer.included.sort_unstable();
            answer.total = page.total;
        }
        answer.matches.extend(page.matches.iter().map(|stored| stored.key.to_string()));
        match page.next {
            Some(next) => position = Some(next),
            None => return answer,
        }
    }
}

/// The search with all left out that can be while it still shows a difference.
fn smallest(world: &World, stock: &Stock, mut asked: Asked, mut shown: String) -> (Asked, String) {
    let mut place = 0;
    while place < asked.params.len() {
        let mut fewer = asked.clone();
        fewer.params.remove(place);
        match difference(world, stock, &fewer) {
            Some(difference) => (asked, shown) = (fewer, difference),
            None => place += 1,
        }
    }
    (asked, shown)
}

/// Through whose eyes: everybody's, an owner's, a stranger's.
const VIEWERS: [Option<&str>; 4] = [None, Some(HOSPITAL), Some(MUNICIPALITY), Some(STRANGER)];
