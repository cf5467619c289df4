//! Runs every rule against every door, and tells what came of it.

use std::fmt;

use super::rules::{RULES, Rule, Subject};

/// What came of a rule at a door: what was looked at, or why it failed.
pub type Finding = Result<String, String>;

/// What came of every rule at every door.
#[derive(Debug)]
pub struct Report {
    /// What stands above each column.
    pub doors: Vec<&'static str>,
    /// A row a rule, a finding a door.
    pub findings: Vec<Vec<Finding>>,
}

/// Checks every door: rule after rule at each, the doors side by side.
pub fn check(subjects: &[Subject]) -> Report {
    let columns: Vec<Vec<Finding>> = std::thread::scope(|scope| {
        let running: Vec<_> =
            subjects.iter().map(|subject| scope.spawn(|| check_door(subject))).collect();
        running
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_| vec![Err("the check panicked".to_owned())])
            })
            .collect()
    });
    let row = |number: usize| -> Vec<Finding> {
        let missing = || Err("not reached".to_owned());
        columns.iter().map(|column| column.get(number).cloned().unwrap_or_else(missing)).collect()
    };
    Report {
        doors: subjects.iter().map(|subject| subject.door.wire.title()).collect(),
        findings: (0..RULES.len()).map(row).collect(),
    }
}

/// Checks one door.
fn check_door(subject: &Subject) -> Vec<Finding> {
    RULES.iter().map(|rule| (rule.check)(subject).map_err(|error| format!("{error:#}"))).collect()
}

impl Report {
    /// How many rules hold at a door.
    pub fn passed(&self, door: usize) -> usize {
        self.findings.iter().filter(|row| matches!(row.get(door), Some(Ok(_)))).count()
    }

    /// Whether every rule holds at every door.
    pub fn is_perfect(&self) -> bool {
        self.findings.iter().flatten().all(Result::is_ok)
    }

    /// The lines under a rule: what was looked at, or why it failed.
    fn details<'a>(&'a self, row: &'a [Finding]) -> impl Iterator<Item = String> + 'a {
        self.doors.iter().zip(row).map(|(door, finding)| match finding {
            Ok(seen) => format!("       {door:<14} {seen}"),
            Err(why) => format!("       {door:<14} FAILED: {why}"),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<48}", "rule")?;
        for door in &self.doors {
            write!(formatter, "{door:<15}")?;
        }
        writeln!(formatter)?;
        for (Rule { number, title, .. }, row) in RULES.iter().zip(&self.findings) {
            write!(formatter, "P{number:<3} {title:<43}")?;
            for finding in row {
                write!(formatter, "{:<15}", if finding.is_ok() { "pass" } else { "FAIL" })?;
            }
            writeln!(formatter)?;
        }
        write!(formatter, "{:<48}", "")?;
        for door in 0..self.doors.len() {
            write!(formatter, "{:<15}", format!("{} of {}", self.passed(door), RULES.len()))?;
        }
        writeln!(formatter, "\n\nwhat was looked at")?;
        for (Rule { number, title, .. }, row) in RULES.iter().zip(&self.findings) {
            writeln!(formatter, "P{number:<3} {title}")?;
            for line in self.details(row) {
                writeln!(formatter, "{line}")?;
            }
        }
        Ok(())
    }
}
