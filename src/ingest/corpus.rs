//! The recorded request bodies, for tests.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::limits::RequestKind;

/// Where the recordings are.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/corpus");

/// One recorded body, unpacked.
pub(in crate::ingest) struct Body {
    /// Its run and file, for messages.
    pub(in crate::ingest) name: String,
    /// Its signal.
    pub(in crate::ingest) kind: RequestKind,
    /// Whether it is JSON and not protobuf.
    pub(in crate::ingest) json: bool,
    /// The body.
    pub(in crate::ingest) bytes: Vec<u8>,
}

/// Every body of every run.
pub(in crate::ingest) fn bodies() -> Vec<Body> {
    let mut bodies = Vec::new();
    for run in fs::read_dir(CORPUS).unwrap() {
        let run = run.unwrap().path();
        if run.is_dir() {
            let files = fs::read_dir(run).unwrap();
            bodies.extend(files.filter_map(|file| body(&file.unwrap().path())));
        }
    }
    assert!(bodies.len() > 400, "only {} bodies", bodies.len());
    bodies
}

/// Reads one file, if it is a body.
fn body(path: &Path) -> Option<Body> {
    let name = path.to_str().unwrap().to_owned();
    let kind = match name.rsplit('-').next()? {
        "metrics.bin" => RequestKind::Metrics,
        "logs.bin" => RequestKind::Logs,
        "traces.bin" => RequestKind::Traces,
        _ => return None,
    };
    let mut bytes = fs::read(path).unwrap();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        let mut decoder = flate2::read::GzDecoder::new(&bytes[..]);
        decoder.read_to_end(&mut unpacked).unwrap();
        bytes = unpacked;
    }
    Some(Body { name, kind, json: bytes.first() == Some(&b'{'), bytes })
}
