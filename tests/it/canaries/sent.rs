//! Sends canaries through every door: each signal, protobuf and JSON, plain and gzip, HTTP and gRPC.

use daybook::conformance::grpc::{self, export_path, frame};
use prost::Message;

use super::dress::Canary;
use super::requests;
use crate::support::otlp_to_json::{logs_to_json, metrics_to_json, traces_to_json};
use crate::support::packing::pack;
use crate::support::rpc::{JSON, PROTOBUF};
use crate::support::{Connection, Reporter, Server};

/// Who sends, and where to.
pub struct Sender<'a> {
    pub server: &'a Server,
    pub connection: &'a Connection,
    pub reporter: &'a Reporter,
}

/// A way in: the media type, or none for gRPC, and the encoding.
const WAYS: [(Option<&str>, &str); 6] = [
    (Some(PROTOBUF), "identity"),
    (Some(JSON), "gzip"),
    (None, "gzip"),
    (Some(PROTOBUF), "gzip"),
    (Some(JSON), "identity"),
    (None, "identity"),
];

impl Sender<'_> {
    /// Sends every canary in each signal, or ordinary text in its place; the answers.
    pub fn send_all(&self, canaries: &[Canary], secrets: bool) -> String {
        let mut answers = String::new();
        for (kind, first_way) in [("metrics", 0), ("logs", 1), ("traces", 2)] {
            let mut sent = 0;
            let mut ways = WAYS.iter().cycle().skip(first_way);
            while sent < canaries.len() {
                let mut next = || {
                    let canary = &canaries[sent % canaries.len()];
                    sent += 1;
                    if secrets { canary.text.clone() } else { format!("ordinary text {sent}") }
                };
                let (protobuf, json) = self.request(kind, &mut next);
                let (media, encoding) = ways.next().expect("a cycle");
                answers.push_str(&match media {
                    Some(media) => {
                        let body = if *media == JSON { json.as_bytes() } else { &protobuf };
                        self.over_http(kind, media, encoding, body)
                    }
                    None => self.over_grpc(kind, encoding, &protobuf),
                });
            }
        }
        answers
    }

    /// A request of a kind, in both media.
    fn request(&self, kind: &str, next: requests::Next) -> (Vec<u8>, String) {
        match kind {
            "metrics" => {
                let request = requests::metrics(self.reporter, next);
                (request.encode_to_vec(), metrics_to_json(&request))
            }
            "logs" => {
                let request = requests::logs(self.reporter, next);
                (request.encode_to_vec(), logs_to_json(&request))
            }
            _ => {
                let request = requests::traces(self.reporter, next);
                (request.encode_to_vec(), traces_to_json(&request))
            }
        }
    }

    /// Sends over HTTP; the answer, as text.
    fn over_http(&self, kind: &str, media: &str, encoding: &str, body: &[u8]) -> String {
        let authorization = format!("Bearer {}", self.connection.token);
        let headers = [
            ("Content-Type", media),
            ("Content-Encoding", encoding),
            ("Authorization", &authorization),
        ];
        let path = format!("/api/otel/v1/{kind}");
        let answer = self.server.post(&path, &headers, &pack(encoding, body));
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 200, "{kind} {media}: {said}");
        said
    }

    /// Sends over gRPC; the answer, as text.
    fn over_grpc(&self, kind: &str, encoding: &str, body: &[u8]) -> String {
        let framed = frame(encoding != "identity", &pack(encoding, body));
        let token = Some(self.connection.token.as_str());
        let mut client = self.server.grpc_client();
        let outcome = grpc::call(&mut client, &export_path(kind), token, Some(encoding), framed);
        let outcome = outcome.expect("an outcome");
        assert_eq!(outcome.code, 0, "{kind}: {outcome:?}");
        format!("{outcome:?}")
    }
}
