//! How long a search takes that finds nothing in an empty SQLite database: what compiling it to SQL and planning it costs, beside
//! the rows. `cargo bench -p varde-benches --bench store`.
#![expect(clippy::expect_used, reason = "a benchmark that cannot begin should say so and end")]

use criterion::Criterion;
use std::hint::black_box;
use varde_fhir::query::{Query, parse};
use varde_fhir::{Clock, ResourceType};
use varde_store::{Settings, Store, StoreError, View};

const BASE: &str = "https://varde.example.no/fhir";

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let directory = tempfile::tempdir().expect("a directory");
    let store = Store::open(Settings {
        url: format!("sqlite:{}", directory.path().join("empty.db").display()),
        readers: 1,
        base: BASE.to_owned(),
        clock: Clock::System,
    });
    let store = store.expect("a database");
    let view = View { organisation: Some("983974724".to_owned()), now: Clock::System.now() };
    let person = ("patient:identifier", "urn:oid:2.16.578.1.12.4.1.4.1|15825512869");
    for (name, query) in [
        ("by-id", search(ResourceType::CareTeam, &[("_id", "0190a0b0-0000-7000-8000-000000000001")])),
        ("by-patient", search(ResourceType::CareTeam, &[person, ("status", "active")])),
        (
            "with-include",
            search(ResourceType::CarePlan, &[("subject", "Patient/1"), ("_include", "CarePlan:care-team")]),
        ),
        (
            "many-criteria",
            search(
                ResourceType::Task,
                &[
                    ("status", "requested,accepted,in-progress"),
                    ("authored-on", "ge2026-01-01"),
                    ("authored-on", "lt2027-01-01"),
                    ("owner:identifier", "urn:oid:2.16.578.1.12.4.1.4.101|983974724"),
                    ("_sort", "-authored-on"),
                ],
            ),
        ),
    ] {
        let ask = || store.read(|session| session.search(black_box(&query), &view, None));
        let found: Result<_, StoreError> = ask();
        assert!(found.expect("an answer").matches.is_empty(), "{name} finds nothing");
        criterion.bench_function(&format!("search/{name}"), |b| b.iter(ask));
    }
    store.close();
    criterion.final_summary();
}

fn search(rtype: ResourceType, parameters: &[(&str, &str)]) -> Query {
    let parameters: Vec<(String, String)> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    parse(rtype, &parameters, BASE, false, true).expect("a search")
}
