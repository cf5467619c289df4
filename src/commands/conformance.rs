//! `daybook conformance`: asks an OTLP server for what it owes its clients.

use std::time::Duration;

use super::serve::say;
use crate::config::Conformance;
use crate::conformance::door::{Door, Wire};
use crate::conformance::figures::Figures;
use crate::conformance::report;
use crate::conformance::rules::{Sizes, Subject};
use crate::conformance::target::{ClientFiles, Target};

/// Runs `daybook conformance`: prints a table, and fails if a rule does.
pub fn run(arguments: &Conformance) -> anyhow::Result<()> {
    let report = report::check(&subjects(arguments)?);
    say(&report.to_string());
    anyhow::ensure!(report.is_perfect(), "some rules do not hold; the table says why");
    Ok(())
}

/// The doors that are asked.
fn subjects(arguments: &Conformance) -> anyhow::Result<Vec<Subject>> {
    let files = ClientFiles {
        authorities: arguments.tls_ca.as_deref(),
        certificate: arguments.tls_certificate.as_deref().zip(arguments.tls_key.as_deref()),
    };
    let api_url = arguments.api.as_ref().unwrap_or(&arguments.url);
    let api = Target::new(api_url, files)?;
    let api_token = arguments.api_token.clone();
    let figures = api_token.map(|api_token| Figures { target: api, api_token });
    let run = format!("{:08x}", fastrand::u32(..));
    let mut wires = vec![(Wire::Protobuf, &arguments.url), (Wire::Json, &arguments.url)];
    wires.extend(arguments.grpc.as_ref().map(|url| (Wire::Grpc, url)));
    wires
        .into_iter()
        .map(|(wire, url)| {
            let target = Target::new(url, files)?;
            Ok(Subject {
                door: Door { wire, target, token: arguments.token.clone() },
                figures: figures.clone(),
                sizes: Sizes {
                    sent: arguments.max_body_bytes,
                    unpacked: arguments.max_unpacked_bytes,
                },
                run: run.clone(),
                idle: Duration::from_secs(arguments.idle_secs),
            })
        })
        .collect()
}
