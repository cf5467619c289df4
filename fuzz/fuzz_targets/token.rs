//! Fuzzes `targets::token`.
#![no_main]

mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::run("token", data));
