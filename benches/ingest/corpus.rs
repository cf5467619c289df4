//! The captured requests the load is made of: protobuf as the client sent it.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use prost::Message;
use serde_json::Value;

/// A captured request.
#[derive(Clone, Debug)]
pub(crate) enum Template {
    Metrics(ExportMetricsServiceRequest),
    Logs(ExportLogsServiceRequest),
}

/// Every captured request that was sent as plain protobuf and accepted, run by run, in the
/// order it was sent. One that was refused came again: it would be in here twice.
pub(crate) fn templates() -> anyhow::Result<Vec<Template>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/corpus");
    let mut runs: Vec<PathBuf> = fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    runs.sort();
    let mut templates = Vec::new();
    for run in runs {
        let described: Value = serde_json::from_slice(&fs::read(run.join("requests.json"))?)?;
        let requests = described.get("requests").and_then(Value::as_array);
        for request in requests.with_context(|| format!("requests of {}", run.display()))? {
            let said = |name: &str| request.get(name).and_then(Value::as_str);
            let plain = said("content_type") == Some("application/x-protobuf")
                && said("content_encoding").is_none()
                && said("answered") == Some("200");
            let Some(file) = said("file").filter(|_| plain) else {
                continue;
            };
            let body = fs::read(run.join(file))?;
            if file.contains("metrics") {
                templates.push(Template::Metrics(ExportMetricsServiceRequest::decode(&body[..])?));
            } else if file.contains("logs") {
                templates.push(Template::Logs(ExportLogsServiceRequest::decode(&body[..])?));
            }
        }
    }
    anyhow::ensure!(!templates.is_empty(), "no captured requests in {}", folder.display());
    Ok(templates)
}
