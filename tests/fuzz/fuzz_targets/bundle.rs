//! `cargo fuzz run --fuzz-dir tests/fuzz bundle`: see `targets.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| varde_fuzz::fuzz("bundle", data));
