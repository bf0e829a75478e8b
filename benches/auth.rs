//! How long it takes to know who asks: a token seen for the first time (signature, claims, actor), and one that was checked
//! lately. `cargo bench -p varde-benches --bench auth`.
#![expect(clippy::expect_used, reason = "a benchmark that cannot begin should say so and end")]

use criterion::{BatchSize, Criterion};
use std::collections::BTreeMap;
use std::hint::black_box;
use varde_auth::{Authenticator, Binding, DevTokenRequest, Mode, Settings};
use varde_fhir::Clock;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let settings = Settings {
        mode: Mode::Development,
        issuer: String::new(),
        audience: "varde".to_owned(),
        scope_prefix: "varde:".to_owned(),
        tenants: BTreeMap::new(),
        binding: Binding::Bearer,
    };
    let authenticator = Authenticator::new(settings, Clock::System).expect("a development issuer");
    let request = DevTokenRequest { client_id: "epj-helse-bergen".to_owned(), scope: None };
    let header = || [format!("Bearer {}", authenticator.dev_token(&request).expect("a token").access_token)];
    let same = header();
    assert!(authenticator.authenticate(&same).is_ok(), "the token is believed");

    criterion.bench_function("token/new", |b| {
        b.iter_batched(header, |header| authenticator.authenticate(black_box(&header)), BatchSize::SmallInput);
    });
    criterion.bench_function("token/known", |b| b.iter(|| authenticator.authenticate(black_box(&same))));
    criterion.final_summary();
}
