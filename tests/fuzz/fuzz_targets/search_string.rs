//! `cargo fuzz run --fuzz-dir tests/fuzz search_string`: see `targets.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| varde_fuzz::fuzz("search_string", data));
