//! Answers over gRPC: a message and trailers, or a status with what to do about it.

use std::convert::Infallible;

use actix_web::http::StatusCode;
use actix_web::web::{BufMut, Bytes, BytesMut};
use daybook_jobs::fold::Checked;
use http_body_util::{BodyExt, Full};
use prost::Message;
use tonic::body::Body;
use tonic::codegen::http::header::CONTENT_TYPE;
use tonic::codegen::http::{HeaderMap, HeaderValue, Response};
use tonic::{Code, Status};

use crate::ingest::answer::{self, Refused};

/// How messages may be packed, for clients that chose something else.
const ACCEPTED_ENCODINGS: &str = "identity,gzip,deflate,zstd";

/// What is said to what speaks no gRPC.
const NOT_GRPC: &str = "this port takes gRPC; OTLP over HTTP goes to the main address or port 4318";

/// The answer to a call that was accepted.
pub(super) struct Answer {
    message: Vec<u8>,
}

impl Answer {
    /// Says what of an accepted request is refused or not counted.
    pub(super) fn accepted(checked: &Checked) -> Answer {
        Answer { message: answer::accepted_protobuf(checked) }
    }

    /// The message, and a status of success behind it.
    pub(super) fn response(self) -> Response<Body> {
        let length = u32::try_from(self.message.len()).unwrap_or(u32::MAX);
        let mut framed = BytesMut::with_capacity(self.message.len().saturating_add(5));
        framed.put_u8(0);
        framed.put_u32(length);
        framed.put_slice(&self.message);
        let mut trailers = HeaderMap::new();
        trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("0"));
        let body =
            Full::new(framed.freeze())
                .with_trailers(std::future::ready(Some(Ok::<_, Infallible>(trailers))));
        let mut response = Response::new(Body::new(body));
        let media = HeaderValue::from_static("application/grpc");
        response.headers_mut().insert(CONTENT_TYPE, media);
        response
    }
}

/// A call that was not accepted.
pub(super) enum Refusal {
    /// gRPC's own rules are broken: answered with its status.
    Call(Code, &'static str),
    /// What an HTTP request would be refused for.
    Request(Refused),
    /// Not gRPC at all.
    NotGrpc,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        Refusal::Request(refused)
    }
}

impl Refusal {
    /// A path that is no method of OTLP.
    pub(super) fn unknown_method() -> Refusal {
        Refusal::Call(
            Code::Unimplemented,
            "there is no such method: metrics, logs and traces go to the Export methods of \
             OTLP; check the exporter's protocol",
        )
    }

    /// A `grpc-encoding` that cannot be unpacked.
    pub(super) fn unknown_encoding() -> Refusal {
        Refusal::Call(
            Code::Unimplemented,
            "grpc-encoding must be gzip, deflate, zstd or identity; set the exporter's \
             compression to gzip",
        )
    }

    /// A message that ends before its length.
    pub(super) fn broken_off() -> Refusal {
        Refusal::Call(
            Code::InvalidArgument,
            "the message breaks off; a call carries one whole message behind its length",
        )
    }

    /// Something else than a message's prefix.
    pub(super) fn broken_prefix() -> Refusal {
        Refusal::Call(
            Code::InvalidArgument,
            "the message does not begin as messages of gRPC do; check the exporter's protocol",
        )
    }

    /// More than the one message of an `Export`.
    pub(super) fn several_messages() -> Refusal {
        Refusal::Call(Code::InvalidArgument, "Export takes one message a call; send one a call")
    }

    /// A request of something else than gRPC.
    pub(super) fn not_grpc() -> Refusal {
        Refusal::NotGrpc
    }

    /// The same as a request over HTTP would be refused.
    pub(super) fn refused(&self) -> Refused {
        match self {
            Refusal::Request(refused) => refused.clone(),
            Refusal::Call(_, message) => Refused::new(StatusCode::BAD_REQUEST, *message),
            Refusal::NotGrpc => Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, NOT_GRPC),
        }
    }

    /// The answer: a status in the headers and nothing else.
    pub(super) fn response(self) -> Response<Body> {
        match self {
            Refusal::NotGrpc => not_grpc(),
            Refusal::Request(refused) => status(&refused).into_http(),
            Refusal::Call(code, message) => {
                let mut response = Status::new(code, message).into_http();
                let accepted = HeaderValue::from_static(ACCEPTED_ENCODINGS);
                response.headers_mut().insert("grpc-accept-encoding", accepted);
                response
            }
        }
    }
}

/// What HTTP answers to what speaks no gRPC, with words for people.
fn not_grpc() -> Response<Body> {
    let message = Bytes::from(format!("{NOT_GRPC}\n"));
    let mut response = Response::new(Body::new(Full::new(message)));
    *response.status_mut() = tonic::codegen::http::StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// The status of a refused request, with when to try again where that helps.
fn status(refused: &Refused) -> Status {
    let code = match refused.status {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::Unimplemented,
        _ => Code::from(refused.rpc_code()),
    };
    let details = refused.retry_after_secs().map(|seconds| {
        RpcStatus {
            code: refused.rpc_code(),
            message: refused.message.clone(),
            details: vec![Any::retry_in(seconds)],
        }
        .encode_to_vec()
    });
    Status::with_details(code, &refused.message, details.unwrap_or_default().into())
}

/// `google.rpc.Status`, as it travels in `grpc-status-details-bin`.
#[derive(Clone, PartialEq, prost::Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, prost::Message)]
struct Any {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

impl Any {
    /// A `google.rpc.RetryInfo`: without one, clients drop what was refused.
    fn retry_in(seconds: u8) -> Any {
        let delay = Duration { seconds: seconds.into() };
        Any {
            type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
            value: RetryInfo { retry_delay: Some(delay) }.encode_to_vec(),
        }
    }
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, prost::Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Duration>,
}

/// `google.protobuf.Duration`, of whole seconds.
#[derive(Clone, PartialEq, prost::Message)]
struct Duration {
    #[prost(int64, tag = "1")]
    seconds: i64,
}
