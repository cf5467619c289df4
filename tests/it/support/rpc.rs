//! `google.rpc.Status`, as every refusal carries it.

use prost::Message;

use super::Answer;

/// Media types of OTLP.
pub const PROTOBUF: &str = "application/x-protobuf";
pub const JSON: &str = "application/json";

/// `google.rpc.Status`, as far as OTLP uses it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Status {
    #[prost(int32, tag = "1")]
    pub code: i32,
    #[prost(string, tag = "2")]
    pub message: String,
}

/// Reads a body as a `Status` in a media type.
pub fn status(media: &str, body: &[u8]) -> Status {
    if media == PROTOBUF {
        return Status::decode(body).expect("a Status in protobuf");
    }
    let body: serde_json::Value = serde_json::from_slice(body).expect("a Status in JSON");
    Status {
        code: body["code"].as_i64().expect("a code").try_into().expect("32 bits"),
        message: body["message"].as_str().expect("a message").to_owned(),
    }
}

impl Answer {
    /// The `Status` of a refusal, in the media type the answer names.
    pub fn refusal(&self) -> Status {
        status(self.header("content-type"), &self.body)
    }

    /// Fails unless it is a refusal of this status, with a `Status` that says something.
    pub fn assert_refused(&self, expected: u16, what: &str) {
        assert_eq!(self.status, expected, "{what}: {}", String::from_utf8_lossy(&self.body));
        let refusal = self.refusal();
        assert!(refusal.code > 0 && refusal.message.len() > 20, "{what}: {refusal:?}");
    }
}
