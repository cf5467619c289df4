//! The intent log: what clients were about to send, and what they were told.
//!
//! A line is written before a request is sent and another when it was acknowledged. The judge
//! reads the file and nothing else.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::traffic::Parcel;

/// Why a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It holds what was never sent before.
    New,
    /// Its very bytes were acknowledged before.
    Copy,
    /// All that is in it was sent before, in other requests.
    Cut,
}

/// An open log.
pub struct IntentLog {
    file: Mutex<File>,
    next: AtomicU64,
}

impl IntentLog {
    /// Begins a log.
    pub fn create(path: &Path) -> IntentLog {
        let file = Mutex::new(File::create(path).expect("a file for the intent log"));
        IntentLog { file, next: AtomicU64::new(0) }
    }

    /// Writes that a request will be sent; its number.
    pub fn intend(&self, parcel: &Parcel, why: Why) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let uses: Vec<Value> = parcel
            .uses
            .iter()
            .map(|one| json!([one.number, one.connection, one.email, one.model, one.tokens]))
            .collect();
        let why = match why {
            Why::New => "new",
            Why::Copy => "copy",
            Why::Cut => "cut",
        };
        let hash = blake3::hash(&parcel.request.body).to_hex();
        self.write(&json!({"request": number, "why": why, "hash": hash.as_str(), "uses": uses}));
        number
    }

    /// Writes that the same bytes will be sent again, because nobody acknowledged them.
    pub fn again(&self, request: u64) {
        self.write(&json!({"again": request}));
    }

    /// Writes that a request was acknowledged.
    pub fn acknowledged(&self, request: u64) {
        self.write(&json!({"acknowledged": request}));
    }

    /// Writes a line. It is with the kernel when this returns, whatever becomes of this process.
    pub fn write(&self, line: &Value) {
        let mut file = self.file.lock().expect("lock");
        file.write_all(format!("{line}\n").as_bytes()).expect("the intent log is written");
    }
}
