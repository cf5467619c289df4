//! Fuzzes `targets::json_traces`.
#![no_main]

mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::run("json_traces", data));
