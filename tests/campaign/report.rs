//! What a campaign prints.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::conduct::Outcome;
use crate::fault::Fault;
use crate::recovery::Recovery;

/// The answers after which a real client has lost nothing.
pub const PASSING: [&str; 6] = ["200", "429", "502", "503", "504", "none"];

/// How soon Daybook should live again.
const SOON: Duration = Duration::from_secs(5);

/// Prints a line for a fault.
pub fn print_fault(number: usize, fault: Fault, recovery: Recovery) {
    let Recovery { accepting, counted } = recovery;
    println!(
        "{:>5}  {:<42} accepting {:>6.2} s, counted {:>6.2} s",
        number + 1,
        fault.name(),
        accepting.as_secs_f64(),
        counted.as_secs_f64()
    );
}

/// Prints the table.
pub fn print(outcome: &Outcome) {
    let judged = &outcome.judgement;
    println!(
        "\nseed {}, {:?}, {:?}",
        outcome.plan.seed, outcome.plan.backend, outcome.plan.topology
    );
    println!("\n{:<44}{:>8}", "kills", outcome.faults.len());
    for (name, times) in by_kind(outcome) {
        println!("  {name:<42}{times:>8}");
    }
    println!("\n{:<44}{:>8}", "requests sent", judged.sent);
    for (name, number) in [
        ("with something new", judged.new),
        ("copies of acknowledged ones", judged.copies),
        ("the same telemetry in other cuts", judged.cuts),
        (
            "again, because nobody acknowledged them",
            judged.sent - judged.new - judged.copies - judged.cuts,
        ),
    ] {
        println!("  {name:<42}{number:>8}");
    }
    println!("{:<44}{:>8}", "answers", outcome.answers.values().sum::<u64>());
    for (answer, number) in &outcome.answers {
        println!("  {answer:<42}{number:>8}");
    }
    println!("\n{:<44}{:>8}", "points and records acknowledged", judged.counted);
    println!("{:<44}{:>8}", "points and records never acknowledged", judged.open);
    println!("{:<38}{:>14}", "tokens acknowledged", judged.tokens);
    println!("{:<38}{:>14}", "tokens lost", judged.lost);
    println!("{:<38}{:>14}", "tokens doubled", judged.doubled);
    println!("{:<44}{:>8}", "signals put aside", outcome.quarantined);
    println!("{:<44}{:>8}", "  of them poison that was planted", outcome.planted);
    println!("{:<44}{:>8}", "processes that ended unasked", outcome.ended_unasked);
    judged.differences.iter().for_each(|difference| println!("  {difference}"));
    print_times(outcome);
    println!("\n{}", if outcome.is_clean() { "nothing lost, nothing doubled" } else { "FAILED" });
}

/// How often each kind of fault came.
fn by_kind(outcome: &Outcome) -> BTreeMap<String, usize> {
    let mut kinds = BTreeMap::new();
    for (fault, _) in &outcome.faults {
        *kinds.entry(fault.name()).or_default() += 1;
    }
    kinds
}

/// Prints how soon Daybook lived again.
fn print_times(outcome: &Outcome) {
    println!(
        "\n{:<34}{:>8}{:>8}{:>8}{:>10}",
        "seconds after everything started", "median", "99th", "worst", "over 5 s"
    );
    print_time(outcome, "every receiver accepts", |recovery| recovery.accepting);
    print_time(outcome, "all received before is counted", |recovery| recovery.counted);
}

/// Prints one of the times after every fault.
fn print_time(outcome: &Outcome, name: &str, time: impl Fn(&Recovery) -> Duration) {
    let mut sorted: Vec<Duration> = outcome.faults.iter().map(|(_, it)| time(it)).collect();
    sorted.sort();
    let late = sorted.iter().filter(|time| **time > SOON).count();
    let [median, high, worst] =
        [50, 99, 100].map(|percent| percentile(&sorted, percent).as_secs_f64());
    println!("  {name:<32}{median:>8.2}{high:>8.2}{worst:>8.2}{late:>10}");
}

/// The smallest time that so many percent do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}
