//! Reads JSON web tokens: parts of base64 whose first is a header.

use super::random::classes;
use super::token::{alphanumeric, base64_url, part, run_end, sign, starts_apart};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::ops::Range;

/// Bytes of a header that are decoded.
const HEADER_BYTES: usize = 64;

/// The token that begins with `eyJ` at `literal`: two parts or more, or a first one cut off.
pub fn find(text: &str, literal: Range<usize>) -> Option<Range<usize>> {
    let public = text.get(..literal.start)?.ends_with("pk.");
    if public || !starts_apart(text, literal.start, alphanumeric) {
        return None;
    }
    let header = part(text, literal.start, base64_url, 14..=511)?;
    is_header(text.get(literal.start..header)?).then_some(())?;
    let payload = sign(text, header, ".")?;
    let end = run_end(text, payload, base64_url);
    let body = text.get(payload..end)?;
    let real = body.len() >= 10 && classes(body) >= 2 || body.starts_with("ey");
    real.then_some(())?;
    let mut whole = end;
    for _ in 0..3 {
        let Some(next) = sign(text, whole, ".") else { break };
        let stop = run_end(text, next, base64_url);
        if stop - next < 4 {
            break;
        }
        whole = stop;
    }
    Some(literal.start..whole)
}

/// Whether the first part is JSON as far as it can be read: quoted names behind a brace.
fn is_header(part: &str) -> bool {
    let cut = part.len().min(HEADER_BYTES);
    let front = part.get(..cut - cut % 4).unwrap_or_default();
    URL_SAFE_NO_PAD.decode(front).is_ok_and(|bytes| {
        bytes.starts_with(b"{\"") && bytes.iter().filter(|byte| **byte == b'"').count() >= 2
    })
}
