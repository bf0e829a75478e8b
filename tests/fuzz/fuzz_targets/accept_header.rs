//! `cargo fuzz run --fuzz-dir tests/fuzz accept_header`: see `targets.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| varde_fuzz::fuzz("accept_header", data));
