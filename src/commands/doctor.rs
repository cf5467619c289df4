//! `daybook doctor`: says what keeps telemetry from arriving, and how to mend it.

use chrono::Utc;
use serde_json::{Value, json};

use crate::config::{Doctor, this_machine};
use crate::doctor::{self, Finding, Outcome, Question, local};

/// Runs `daybook doctor`; fails when telemetry would not arrive.
pub fn run(arguments: &Doctor) -> anyhow::Result<()> {
    let mut findings = doctor::ask(&Question {
        url: arguments.url.clone(),
        token: arguments.token.clone(),
        authorities: arguments.tls_ca.clone(),
        now: Utc::now(),
    });
    if !arguments.server_only {
        findings.extend(local::look(&this_machine(), &arguments.url, &arguments.token));
    }
    let wrong = findings.iter().filter(|finding| finding.outcome == Outcome::Bad).count();
    if arguments.json {
        let all: Vec<Value> = findings.iter().map(Finding::json).collect();
        println!("{}", json!({"ok": wrong == 0, "findings": all}));
    } else {
        for finding in &findings {
            println!("{finding}");
        }
    }
    anyhow::ensure!(wrong == 0, "{wrong} found that keep telemetry from arriving");
    Ok(())
}
