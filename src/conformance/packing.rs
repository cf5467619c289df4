//! Bodies packed as clients pack them, and a few that no client would send.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use prost::encoding::{WireType, encode_key, encode_varint};

/// The encodings every OTLP server unpacks; the first packs nothing.
pub const ENCODINGS: [&str; 4] = ["identity", "gzip", "deflate", "zstd"];

/// A field that no request of OTLP knows.
const UNKNOWN_FIELD: u32 = 1000;

/// Packs a body.
pub fn pack(encoding: &str, body: &[u8]) -> anyhow::Result<Vec<u8>> {
    match encoding {
        "gzip" => {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            gzip.write_all(body)?;
            Ok(gzip.finish()?)
        }
        "deflate" => {
            let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
            zlib.write_all(body)?;
            Ok(zlib.finish()?)
        }
        "zstd" => Ok(zstd::encode_all(body, 3)?),
        _ => Ok(body.to_vec()),
    }
}

/// An unknown field of protobuf that holds so many zeros; servers skip it.
pub fn unknown_field(zeros: usize) -> Vec<u8> {
    let mut field = Vec::with_capacity(zeros.saturating_add(16));
    encode_key(UNKNOWN_FIELD, WireType::LengthDelimited, &mut field);
    encode_varint(u64::try_from(zeros).unwrap_or_default(), &mut field);
    field.resize(field.len().saturating_add(zeros), 0);
    field
}

/// A request without content, of exactly so many bytes.
pub fn padded(is_json: bool, bytes: usize) -> Vec<u8> {
    if is_json {
        let mut body = b"{}".to_vec();
        body.resize(bytes.max(2), b' ');
        return body;
    }
    // Key and length in front of the zeros take a few bytes; how many depends on the length.
    let whole = (0..bytes).rev().take(16).map(unknown_field).find(|body| body.len() <= bytes);
    whole.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_padded_body_has_the_bytes_it_should() {
        for bytes in [10, 1000, 4096, 8 << 20] {
            assert_eq!(padded(true, bytes).len(), bytes);
            assert_eq!(padded(false, bytes).len(), bytes);
        }
    }
}
