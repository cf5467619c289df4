//! Detections as they are stored: the same secret in the same place of the same session is one
//! row a day.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use daybook_jobs::attributes::printable;
use daybook_jobs::detection::Detection as Found;
use daybook_schema::detections::Detection;

/// Longest path that is kept, in bytes.
const MAX_PATH_BYTES: usize = 512;

/// Where something was found.
#[derive(Clone, Debug)]
pub struct Place {
    pub connection_id: i32,
    /// Microseconds since 1970.
    pub received_at: i64,
    pub session_id: Option<String>,
    /// As the request declares.
    pub email: Option<String>,
}

/// The rows of what was found in one request.
pub fn rows(found: Vec<Found>, place: Place, hash_key: &[u8; 32]) -> Vec<Detection> {
    let day = DateTime::from_timestamp_micros(place.received_at)
        .map_or_else(NaiveDate::default, |time| time.date_naive());
    let mut rows: BTreeMap<i64, Detection> = BTreeMap::new();
    for found in found {
        let row = row(found, &place, day, hash_key);
        match rows.get_mut(&row.id) {
            Some(known) => known.times = known.times.saturating_add(1),
            None => {
                rows.insert(row.id, row);
            }
        }
    }
    rows.into_values().collect()
}

/// One detection as a row.
fn row(found: Found, place: &Place, day: NaiveDate, hash_key: &[u8; 32]) -> Detection {
    let path = cut(&printable(&found.path)).to_owned();
    Detection {
        id: id(&found, &path, place, day, hash_key),
        day,
        connection_id: place.connection_id,
        rule: found.rule,
        path,
        session_id: place.session_id.clone(),
        email: place.email.clone(),
        secret_hash: found.secret_hash.to_vec(),
        text_before: printable(&found.before).into_owned(),
        text_after: printable(&found.after).into_owned(),
        times: 1,
        first_at: place.received_at,
        last_at: place.received_at,
    }
}

/// A keyed hash of what tells detections apart.
fn id(found: &Found, path: &str, place: &Place, day: NaiveDate, hash_key: &[u8; 32]) -> i64 {
    let mut hasher = blake3::Hasher::new_keyed(hash_key);
    hasher.update(&place.connection_id.to_le_bytes());
    hasher.update(&found.secret_hash);
    let parts = [
        Some(found.rule.as_str()),
        Some(path),
        place.session_id.as_deref(),
        place.email.as_deref(),
        Some(&day.to_string()),
    ]
    .map(|part| part.map(str::to_owned));
    for part in parts {
        hasher.update(&[u8::from(part.is_some())]);
        let part = part.unwrap_or_default();
        hasher.update(&part.len().to_le_bytes()).update(part.as_bytes());
    }
    let mut id = [0; 8];
    hasher.finalize_xof().fill(&mut id);
    i64::from_le_bytes(id)
}

/// A path no longer than is kept.
fn cut(path: &str) -> &str {
    let end = path.len().min(MAX_PATH_BYTES);
    (0..=end).rev().find_map(|at| path.get(..at)).unwrap_or_default()
}
