//! `cargo fuzz run --fuzz-dir tests/fuzz patch`: see `targets.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| varde_fuzz::fuzz("patch", data));
