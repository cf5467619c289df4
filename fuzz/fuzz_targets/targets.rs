//! What is fuzzed: each target takes any bytes, must neither panic nor take much memory, and
//! holds what it made to what the next step leans on. The tests replay what was found.

use std::sync::LazyLock;

use actix_web::web::Bytes;
use daybook::config::Limits;
use daybook::ingest::accept::accept_alone;
use daybook::ingest::enqueue::{Arrival, Enqueuer, Wake};
use daybook::ingest::json;
use daybook::ingest::limits::{ElementLimits, RequestKind, measure};
use daybook::ingest::patterns::watch::Current;
use daybook::ingest::redact::{Demands, Redactor};
use daybook::ingest::unpack::{Encoding, unpack};
use daybook::seal::Seal;
use daybook::state::AppState;
use daybook::tokens::{self, Purpose};
use daybook_jobs::fold::{FoldContext, fold};
use daybook_jobs::keys::Keys;
use daybook_jobs::signal::{self, Request, StoredSignal};
use daybook_schema::installation;
use daybook_schema::signals::SignalKind;
use daybook_schema::store::{Location, Store};

/// A target: any bytes.
pub type Target = fn(&[u8]);

/// Every target, by its name.
pub const TARGETS: [(&str, Target); 9] = [
    ("protobuf_metrics", protobuf_metrics),
    ("protobuf_logs", protobuf_logs),
    ("protobuf_traces", protobuf_traces),
    ("json_metrics", json_metrics),
    ("json_logs", json_logs),
    ("json_traces", json_traces),
    ("unpacking", unpacking),
    ("handler", handler),
    ("token", token),
];

/// Runs the target of a name.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    target.expect("a target of this name").1(data);
}

/// When everything is received, microseconds since 1970: the same in every run.
const RECEIVED_AT: i64 = 1_790_000_000_000_000;

/// The smallest limits that let captured requests in: an allocation too many is seen sooner.
static LIMITS: LazyLock<ElementLimits> = LazyLock::new(|| ElementLimits {
    max_points: 10_000,
    max_decoded_bytes: 8 << 20,
    ..ElementLimits::default()
});

/// The redactor, whose rules take a while to compile.
static REDACTOR: LazyLock<Redactor> = LazyLock::new(Redactor::new);

/// A request of metrics in protobuf.
fn protobuf_metrics(data: &[u8]) {
    protobuf(SignalKind::Metrics, RequestKind::Metrics, data);
}

/// A request of logs in protobuf.
fn protobuf_logs(data: &[u8]) {
    protobuf(SignalKind::Logs, RequestKind::Logs, data);
}

/// A request of traces in protobuf.
fn protobuf_traces(data: &[u8]) {
    protobuf(SignalKind::Traces, RequestKind::Traces, data);
}

/// Counts on the wire, and decodes what is within the limits. The count refuses nothing for its
/// form that can be decoded.
fn protobuf(kind: SignalKind, request_kind: RequestKind, data: &[u8]) {
    use daybook::ingest::limits::MeasureError;
    match measure(request_kind, data, &LIMITS) {
        Ok(_) => {
            if let Ok(request) = signal::decode(kind, data) {
                keep(request, Some(Bytes::copy_from_slice(data)));
            }
        }
        Err(MeasureError::Malformed(why)) => {
            assert!(signal::decode(kind, data).is_err(), "refused, but it decodes: {why}");
        }
        Err(_) => {}
    }
}

/// A request of metrics in JSON.
fn json_metrics(data: &[u8]) {
    if let Ok(request) = json::metrics(data, &LIMITS) {
        keep(Request::Metrics(request), None);
    }
}

/// A request of logs in JSON.
fn json_logs(data: &[u8]) {
    if let Ok(request) = json::logs(data, &LIMITS) {
        keep(Request::Logs(request), None);
    }
}

/// A request of traces in JSON.
fn json_traces(data: &[u8]) {
    if let Ok(request) = json::traces(data, &LIMITS) {
        keep(Request::Traces(request), None);
    }
}

/// Redacts and packs a request that was understood, and reads it as the worker does.
fn keep(request: Request, protobuf: Option<Bytes>) {
    let kind = match &request {
        Request::Metrics(_) => SignalKind::Metrics,
        Request::Logs(_) => SignalKind::Logs,
        Request::Traces(_) => SignalKind::Traces,
    };
    let signal =
        REDACTOR.seal(request, protobuf, &Demands::default(), |_, _| [0; 16]).expect("it packs");
    let arrival = Arrival { connection_id: 1, received_at: RECEIVED_AT, imported: false, shard: 0 };
    read_back(kind, &signal.into_row(arrival, &[0; 32]).body);
}

/// Unpacks, decodes and folds a stored body: whatever was accepted can be.
fn read_back(kind: SignalKind, body: &[u8]) -> daybook_jobs::fold::Observed {
    let raw = signal::unpack(body).expect("what was packed unpacks");
    let request = signal::decode(kind, &raw).expect("what was accepted decodes");
    let context = FoldContext {
        keys: Keys::new(&[7; 32]),
        generation: 0,
        time_zone: chrono_tz::Tz::UTC,
        identity_orders: Default::default(),
        decisions: Default::default(),
    };
    let stored = StoredSignal {
        id: 1,
        connection_id: 1,
        received_at: RECEIVED_AT,
        imported: false,
        request,
    };
    fold(&context, &stored)
}

/// A packed body: its first byte chooses how.
fn unpacking(data: &[u8]) {
    const MAX: usize = 1 << 20;
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let encodings = [Encoding::Identity, Encoding::Gzip, Encoding::Deflate, Encoding::Zstd];
    let encoding = encodings[usize::from(*choice) % encodings.len()];
    if let Ok(unpacked) = unpack(encoding, Bytes::copy_from_slice(body), MAX) {
        assert!(unpacked.len() <= MAX);
    }
}

/// A server's state over an empty database, with small limits and nobody who writes.
static STATE: LazyLock<AppState> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let store =
        Store::open(&Location::Sqlite(folder.path().join("fuzz.db")), &[]).expect("a database");
    store.write(|conn| installation::create(conn, &[7; 32], "UTC", 0)).expect("a row");
    let row = store.read(installation::load).expect("a database").expect("its row");
    let (enqueuer, _) = Enqueuer::start(store.clone(), Wake::default(), [0; 32]).expect("a writer");
    let limits =
        Limits { max_unpacked_bytes: 2 << 20, max_points: LIMITS.max_points, ..Limits::default() };
    AppState::new(
        store,
        Seal::throw_away().unwrap(),
        &row,
        chrono_tz::Tz::UTC,
        limits,
        enqueuer,
        Current::default(),
    )
});

/// The whole handler but the network: the first byte chooses signal, media type and encoding.
/// What it says was refused is what the fold refuses.
fn handler(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let choice = usize::from(*choice);
    let kind = [SignalKind::Metrics, SignalKind::Logs, SignalKind::Traces][choice % 3];
    let media = ["application/x-protobuf", "application/json; charset=utf-8"][choice / 3 % 2];
    let encoding = ["", "gzip", "deflate", "zstd"][choice / 6 % 4];
    let body = Bytes::copy_from_slice(body);
    let Ok(accepted) = accept_alone(kind, media, encoding, body, RECEIVED_AT, &STATE) else {
        return;
    };
    if let Some(signal) = accepted.signal {
        let arrival =
            Arrival { connection_id: 1, received_at: RECEIVED_AT, imported: false, shard: 0 };
        let observed = read_back(kind, &signal.into_row(arrival, &[0; 32]).body);
        assert_eq!(accepted.checked.refusals, observed.refusals);
    }
}

/// An `Authorization`, and a token of each purpose.
fn token(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let text = tokens::bearer(text).unwrap_or(text);
    for purpose in [Purpose::Ingest, Purpose::Api, Purpose::Setup] {
        if let Some((id, secret)) = tokens::parse(purpose, text) {
            assert_eq!((id.len(), secret.len()), (16, 64));
        }
    }
}
