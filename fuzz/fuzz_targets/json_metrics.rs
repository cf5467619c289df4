//! Fuzzes `targets::json_metrics`.
#![no_main]

mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::run("json_metrics", data));
