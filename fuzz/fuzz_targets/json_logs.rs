//! Fuzzes `targets::json_logs`.
#![no_main]

mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::run("json_logs", data));
