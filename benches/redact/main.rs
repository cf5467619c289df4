//! How fast a core redacts: text that coding is made of, text dense with the beginnings of tokens,
//! and such text with letters of them escaped. Run it with `cargo bench --bench redact`, see `docs/benchmarks.md`.
//!
//! Each figure is the median of several runs over the same text, in time of the processor, beside
//! what a bare search for a byte and a copy take in the same run. It asserts nothing of them.

#[path = "../ingest/corpus.rs"]
mod corpus;
mod texts;

use std::hint::black_box;
use std::time::Duration;

use corpus::Template;
use daybook::ingest::redact::Redactor;
use memchr::memchr_iter;
use nix::time::{ClockId, clock_gettime};
use prost::Message;

/// Bytes of each text.
const TEXT_BYTES: usize = 8 << 20;

/// Bytes of a string, as telemetry has them: an attribute, the input of a tool, a file.
const STRING_BYTES: [usize; 3] = [200, 2_000, 60_000];

/// Runs of each measure; the middle one counts.
const RUNS: usize = 7;

fn main() -> anyhow::Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("measures only under `cargo bench --bench redact`");
        return Ok(());
    }
    let redactor = Redactor::new();
    captured(&redactor)?;
    println!("text, bytes a string: MB/s redacting, searching for a byte, copying; times slower");
    let dense = texts::dense(TEXT_BYTES);
    let escaped = texts::escaped(&dense);
    for (name, text) in
        [("clean", texts::clean(TEXT_BYTES)), ("dense", dense), ("escaped", escaped)]
    {
        for bytes in STRING_BYTES {
            let strings = texts::pieces(&text, bytes);
            let speeds = [
                speed(&strings, |text| redactor.redact_text(text).map_or(0, |text| text.len())),
                speed(&strings, |text| memchr_iter(b'\x1f', text.as_bytes()).count()),
                speed(&strings, |text| text.to_owned().len()),
            ];
            let [redacting, searching, copying] = speeds;
            println!(
                "{name:7} {bytes:6}: {redacting:8.0} {searching:8.0} {copying:8.0}  {:6.1} {:6.1}",
                searching / redacting,
                copying / redacting
            );
        }
    }
    Ok(())
}

/// What it takes to see that nothing is in a captured request, which is what nearly all cost.
fn captured(redactor: &Redactor) -> anyhow::Result<()> {
    let encoded = |template: Template| match template {
        Template::Metrics(request) => request.encode_to_vec(),
        Template::Logs(request) => request.encode_to_vec(),
    };
    let bodies: Vec<Vec<u8>> = corpus::templates()?.into_iter().map(encoded).collect();
    let suspect = bodies.iter().filter(|body| redactor.may_match(body)).count();
    let looking = median(|| {
        for body in &bodies {
            black_box(redactor.may_match(black_box(body)));
        }
    });
    let requests = f64::from(u32::try_from(bodies.len())?);
    println!(
        "captured requests: {:.1} us each; {suspect} of {requests} held anything to look at",
        looking * 1e6 / requests
    );
    Ok(())
}

/// Megabytes a second of the median run.
fn speed(strings: &[&str], act: impl Fn(&str) -> usize) -> f64 {
    let bytes: usize = strings.iter().map(|text| text.len()).sum();
    let megabytes = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1e6;
    megabytes
        / median(|| {
            for text in strings {
                black_box(act(black_box(text)));
            }
        })
}

/// Seconds of the median run.
fn median(mut act: impl FnMut()) -> f64 {
    let mut runs = [(); RUNS].map(|()| {
        let begun = now();
        act();
        (now() - begun).as_secs_f64()
    });
    runs.sort_by(f64::total_cmp);
    runs.get(RUNS / 2).copied().unwrap_or(f64::NAN)
}

/// How long this thread has run on a processor.
fn now() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}
