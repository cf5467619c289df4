//! Bodies packed with each content encoding.

use std::io::Write;

/// The content encodings of OTLP clients; the first one packs nothing.
pub const ENCODINGS: [&str; 4] = ["identity", "gzip", "deflate", "zstd"];

/// A body in a content encoding.
pub fn pack(encoding: &str, body: &[u8]) -> Vec<u8> {
    match encoding {
        "gzip" => gzip(body),
        "deflate" => {
            let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), Default::default());
            zlib.write_all(body).expect("in memory");
            zlib.finish().expect("in memory")
        }
        "zstd" => zstd::encode_all(body, 3).expect("in memory"),
        _ => body.to_vec(),
    }
}

/// A body in gzip.
pub fn gzip(body: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(body).expect("in memory");
    gzip.finish().expect("in memory")
}
