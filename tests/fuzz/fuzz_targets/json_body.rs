//! `cargo fuzz run --fuzz-dir tests/fuzz json_body`: see `targets.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| varde_fuzz::fuzz("json_body", data));
