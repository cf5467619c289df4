//! Unpacks bodies, never more than is allowed.
//!
//! The framework's own decoder expands a whole chunk before it counts; a 32 kB zstd bomb
//! takes a gigabyte of it. This one stops one byte past the limit.

use std::io::Read;

use actix_web::web::Bytes;

/// Content encodings OTLP clients use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Identity,
    Gzip,
    Deflate,
    Zstd,
}

impl Encoding {
    /// Reads `Content-Encoding`; `None` for what is not understood.
    pub fn parse(header: &str) -> Option<Encoding> {
        match header.trim().to_ascii_lowercase().as_str() {
            "" | "identity" | "none" => Some(Encoding::Identity),
            "gzip" | "x-gzip" => Some(Encoding::Gzip),
            "deflate" => Some(Encoding::Deflate),
            "zstd" => Some(Encoding::Zstd),
            _ => None,
        }
    }
}

/// Why a body was not unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnpackError {
    /// It holds more than is allowed.
    TooLarge,
    /// It is not what its encoding says.
    Malformed,
}

/// The windows of zstd that are allowed: 8 MiB, what the format recommends at most.
const MAX_WINDOW_LOG: u32 = 23;

/// Bytes that are unpacked before there is room for all of them.
const FIRST_BYTES: usize = 1 << 20;

/// Unpacks a body to at most `max` bytes.
pub fn unpack(encoding: Encoding, body: Bytes, max: usize) -> Result<Bytes, UnpackError> {
    let unpacked = match encoding {
        Encoding::Identity => {
            return if body.len() > max { Err(UnpackError::TooLarge) } else { Ok(body) };
        }
        Encoding::Gzip => read(flate2::read::MultiGzDecoder::new(&body[..]), body.len(), max),
        Encoding::Deflate => read(flate2::read::ZlibDecoder::new(&body[..]), body.len(), max),
        Encoding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(&body[..])
                .map_err(|_| UnpackError::Malformed)?;
            decoder.window_log_max(MAX_WINDOW_LOG).map_err(|_| UnpackError::Malformed)?;
            read(decoder, body.len(), max)
        }
    }?;
    Ok(unpacked.into())
}

/// Reads to the end, or one byte past the limit.
fn read(decoder: impl Read, packed: usize, max: usize) -> Result<Vec<u8>, UnpackError> {
    let first = FIRST_BYTES.min(max.saturating_add(1));
    let mut unpacked = Vec::with_capacity(packed.saturating_mul(4).min(first));
    let mut decoder = decoder.take(bytes(max).saturating_add(1));
    decoder
        .by_ref()
        .take(bytes(first))
        .read_to_end(&mut unpacked)
        .map_err(|_| UnpackError::Malformed)?;
    if unpacked.len() == first {
        // Growing by doubling would hold the old and the new buffer at once, three times what
        // is unpacked; room that is never written to costs nothing.
        unpacked.reserve_exact(max.saturating_add(1).saturating_sub(first));
        decoder.read_to_end(&mut unpacked).map_err(|_| UnpackError::Malformed)?;
    }
    if unpacked.len() > max { Err(UnpackError::TooLarge) } else { Ok(unpacked) }
}

/// A length as readers count it.
fn bytes(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(encoding: Encoding, raw: &[u8]) -> Bytes {
        match encoding {
            Encoding::Identity => raw.to_vec(),
            Encoding::Gzip => {
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), Default::default());
                gzip.write_all(raw).expect("in memory");
                gzip.finish().expect("in memory")
            }
            Encoding::Deflate => {
                let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), Default::default());
                zlib.write_all(raw).expect("in memory");
                zlib.finish().expect("in memory")
            }
            Encoding::Zstd => zstd::encode_all(raw, 1).expect("in memory"),
        }
        .into()
    }

    const ALL: [Encoding; 4] =
        [Encoding::Identity, Encoding::Gzip, Encoding::Deflate, Encoding::Zstd];

    #[test]
    fn the_limit_passes_and_one_byte_more_does_not() {
        for encoding in ALL {
            let at = unpack(encoding, packed(encoding, &[7; 1000]), 1000);
            assert_eq!(at.map(|body| body.len()), Ok(1000), "{encoding:?}");
            let over = unpack(encoding, packed(encoding, &[7; 1001]), 1000);
            assert_eq!(over, Err(UnpackError::TooLarge), "{encoding:?}");
        }
    }

    #[test]
    fn what_is_not_what_it_says_is_malformed() {
        for encoding in [Encoding::Gzip, Encoding::Deflate, Encoding::Zstd] {
            let body = Bytes::from_static(b"plain text");
            assert_eq!(unpack(encoding, body, 1000), Err(UnpackError::Malformed));
            let whole = packed(encoding, &[7; 1000]);
            let cut = whole.slice(..whole.len() - 5);
            assert_eq!(unpack(encoding, cut, 10_000), Err(UnpackError::Malformed));
        }
    }
}
