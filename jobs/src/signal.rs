//! A stored signal: a redacted OTLP request with its row.

mod first;

use std::cell::RefCell;

use anyhow::Context;
use daybook_schema::signals::{SignalKind, SignalRow};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use zstd::bulk::{Compressor, Decompressor};

/// The zstd level bodies are kept at: the fastest there is.
pub const COMPRESSION_LEVEL: i32 = -1;

/// No stored body is larger than this when it is unpacked.
const MAX_BODY_BYTES: usize = 256 << 20;

/// A request in the form the client built it.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    Metrics(ExportMetricsServiceRequest),
    Logs(ExportLogsServiceRequest),
    Traces(ExportTraceServiceRequest),
}

/// A redacted request with what is known of its arrival.
#[derive(Clone, Debug)]
pub struct StoredSignal {
    pub id: i64,
    pub connection_id: i32,
    /// Microseconds since 1970.
    pub received_at: i64,
    /// Counted however old it is.
    pub imported: bool,
    pub request: Request,
}

impl StoredSignal {
    /// Unpacks and decodes a stored body, and lets go of it as soon as it can.
    pub fn decode(row: &SignalRow, body: Vec<u8>) -> anyhow::Result<StoredSignal> {
        let kind =
            SignalKind::from_number(row.kind).context("the kind of the signal is unknown")?;
        let raw = unpack(&body)?;
        drop(body);
        Ok(StoredSignal {
            id: row.id,
            connection_id: row.connection_id,
            received_at: row.received_at,
            imported: row.imported,
            request: decode(kind, &raw)?,
        })
    }
}

impl Request {
    /// The request as protobuf.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Request::Metrics(request) => request.encode_to_vec(),
            Request::Logs(request) => request.encode_to_vec(),
            Request::Traces(request) => request.encode_to_vec(),
        }
    }
}

/// Decodes protobuf.
pub fn decode(kind: SignalKind, raw: &[u8]) -> anyhow::Result<Request> {
    let request = match kind {
        SignalKind::Metrics => Request::Metrics(ExportMetricsServiceRequest::decode(raw)?),
        SignalKind::Logs => Request::Logs(ExportLogsServiceRequest::decode(raw)?),
        SignalKind::Traces => Request::Traces(ExportTraceServiceRequest::decode(raw)?),
    };
    Ok(request)
}

/// What bodies have in common: names of attributes, metrics and events. Trained on captured
/// requests; a body of a few kilobytes packs to less than half of what it would without. It
/// never changes: what is stored is read with it.
static DICTIONARY: &[u8] = include_bytes!("signal.dictionary");

thread_local! {
    /// Making a compressor or decompressor costs more than using it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Packs a body for the database. The same body is always the same bytes.
pub fn pack(raw: &[u8]) -> anyhow::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|slot| {
        let compressor = match slot {
            Some(compressor) => compressor,
            None => slot.insert(Compressor::with_dictionary(COMPRESSION_LEVEL, DICTIONARY)?),
        };
        compressor.compress(raw).context("pack a body")
    })
}

/// The reverse of [`pack`].
pub fn unpack(body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let size = Decompressor::upper_bound(body).unwrap_or(MAX_BODY_BYTES);
    DECOMPRESSOR.with_borrow_mut(|slot| {
        let decompressor = match slot {
            Some(decompressor) => decompressor,
            None => slot.insert(Decompressor::with_dictionary(DICTIONARY)?),
        };
        decompressor.decompress(body, size.min(MAX_BODY_BYTES)).context("unpack a body")
    })
}
