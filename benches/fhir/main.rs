//! How long the words take: reading JSON strictly, validating, checking identifiers, extracting the search index, reading a
//! search. `cargo bench -p varde-benches --bench fhir`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot begin should say so and end"
)]

mod inputs;

use criterion::{BenchmarkId, Criterion, Throughput};
use inputs::{BASE, inputs};
use std::hint::black_box;
use varde_fhir::identifier::identifier_issues;
use varde_fhir::index::extract;
use varde_fhir::json::{Limits, parse};
use varde_fhir::validate::validate;
use varde_fhir::{ResourceType, query};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    bodies(&mut criterion);
    searches(&mut criterion);
    criterion.final_summary();
}

/// Everything that is done to the body of a write before the database is asked.
fn bodies(criterion: &mut Criterion) {
    for input in inputs() {
        let (rtype, value) = (input.rtype, &input.value);
        assert_eq!(validate(rtype, value), [], "{} is valid", input.name);
        let limits = if rtype == ResourceType::Bundle { Limits::BUNDLE } else { Limits::RESOURCE };
        let size = Throughput::Bytes(u64::try_from(input.body.len()).unwrap_or(u64::MAX));
        let mut group = criterion.benchmark_group("body");
        group.throughput(size);
        group.bench_function(BenchmarkId::new("parse", &input.name), |b| {
            b.iter(|| parse(black_box(&input.body), limits));
        });
        group.bench_function(BenchmarkId::new("validate", &input.name), |b| {
            b.iter(|| validate(rtype, black_box(value)));
        });
        group.bench_function(BenchmarkId::new("identifiers", &input.name), |b| {
            b.iter(|| identifier_issues(rtype, black_box(value), false));
        });
        // A Bundle is not stored, and found by nothing.
        if rtype != ResourceType::Bundle {
            group.bench_function(BenchmarkId::new("index", &input.name), |b| {
                b.iter(|| extract(rtype, black_box(value), BASE));
            });
        }
        group.finish();
    }
}

/// Search parameters, decoded, to a checked query.
fn searches(criterion: &mut Criterion) {
    let patient = ("patient:identifier", "urn:oid:2.16.578.1.12.4.1.4.1|15825512869");
    let searches = [
        ("by-patient", ResourceType::CareTeam, vec![patient, ("status", "active")]),
        (
            "with-include",
            ResourceType::CarePlan,
            vec![("subject", "Patient/1"), ("_include", "CarePlan:care-team"), ("_count", "10")],
        ),
        (
            "many-criteria",
            ResourceType::Task,
            vec![
                ("status", "requested,accepted,in-progress"),
                ("authored-on", "ge2026-01-01"),
                ("authored-on", "lt2027-01-01"),
                ("owner:identifier", "urn:oid:2.16.578.1.12.4.1.4.101|983974724"),
                ("_sort", "-authored-on"),
                ("_total", "none"),
            ],
        ),
    ];
    let mut group = criterion.benchmark_group("search");
    for (name, rtype, pairs) in searches {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let pairs: Vec<(String, String)> = pairs.into_iter().map(owned).collect();
        assert!(query::parse(rtype, &pairs, BASE, false, true).is_ok(), "{name} is a search");
        group.bench_function(BenchmarkId::new("parse", name), |b| {
            b.iter(|| query::parse(rtype, black_box(&pairs), BASE, false, true));
        });
    }
    group.finish();
}
