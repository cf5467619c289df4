//! The captured runs: requests of the real client, and the truth about them.

pub mod recent;

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use serde_json::Value;

/// What a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Metrics,
    Logs,
    Traces,
}

impl Kind {
    /// The last part of its path.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Metrics => "metrics",
            Kind::Logs => "logs",
            Kind::Traces => "traces",
        }
    }
}

/// A captured request, as the client sent it.
#[derive(Clone, Debug)]
pub struct Captured {
    pub kind: Kind,
    pub content_type: String,
    pub content_encoding: Option<String>,
    pub body: Vec<u8>,
}

/// A captured run.
#[derive(Clone, Debug)]
pub struct Run {
    pub name: String,
    pub requests: Vec<Captured>,
    /// `expected_daily` of its `truth.json`.
    pub expected: Value,
}

/// Where the runs are.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/corpus")
}

/// Every run, by name.
pub fn runs() -> Vec<Run> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    assert_eq!(names.len(), 35, "the corpus is whole");
    names.iter().map(|name| run(name)).collect()
}

/// The variables a run's client was started with.
pub fn environment(name: &str) -> Value {
    let file = folder().join(name).join("requests.json");
    let all: Value = serde_json::from_slice(&fs::read(file).expect("a run")).expect("JSON");
    all["client_env"].clone()
}

/// One run.
pub fn run(name: &str) -> Run {
    let folder = folder().join(name);
    let read = |file: &str| -> Value {
        serde_json::from_slice(&fs::read(folder.join(file)).expect(file)).expect("JSON")
    };
    let requests = read("requests.json")["requests"]
        .as_array()
        .expect("requests")
        .iter()
        .map(|request| {
            let file = request["file"].as_str().expect("a file");
            let kind = match file {
                file if file.contains("metrics") => Kind::Metrics,
                file if file.contains("logs") => Kind::Logs,
                _ => Kind::Traces,
            };
            let content_type = request["content_type"].as_str();
            let content_type = content_type.unwrap_or("application/x-protobuf").to_owned();
            let content_encoding = request["content_encoding"].as_str().map(str::to_owned);
            let body = fs::read(folder.join(file)).expect(file);
            let is_json = content_type.contains("json");
            let body = recent::moved(body, content_encoding.as_deref(), is_json);
            Captured { kind, content_type, content_encoding, body }
        })
        .collect();
    Run { name: name.to_owned(), requests, expected: read("truth.json")["expected_daily"].clone() }
}

impl Captured {
    /// The body, unpacked.
    pub fn raw(&self) -> Vec<u8> {
        if self.content_encoding.is_none() {
            return self.body.clone();
        }
        let mut raw = Vec::new();
        flate2::read::GzDecoder::new(&self.body[..]).read_to_end(&mut raw).expect("gzip");
        raw
    }

    /// The request as protobuf, whatever it was captured as.
    pub fn protobuf(&self) -> Vec<u8> {
        let raw = self.raw();
        if !self.content_type.contains("json") {
            return raw;
        }
        let limits = daybook::ingest::limits::ElementLimits::default();
        match self.kind {
            Kind::Metrics => {
                daybook::ingest::json::metrics(&raw, &limits).expect("JSON").encode_to_vec()
            }
            Kind::Logs => daybook::ingest::json::logs(&raw, &limits).expect("JSON").encode_to_vec(),
            Kind::Traces => {
                daybook::ingest::json::traces(&raw, &limits).expect("JSON").encode_to_vec()
            }
        }
    }

    /// The metrics of it.
    pub fn metrics(&self) -> ExportMetricsServiceRequest {
        ExportMetricsServiceRequest::decode(&self.protobuf()[..]).expect("protobuf")
    }

    /// The spans of it.
    pub fn traces(&self) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest::decode(&self.protobuf()[..]).expect("protobuf")
    }

    /// The logs of it.
    pub fn logs(&self) -> ExportLogsServiceRequest {
        ExportLogsServiceRequest::decode(&self.protobuf()[..]).expect("protobuf")
    }
}
