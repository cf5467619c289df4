//! Stylesheet, script and icon, in the binary. A URL names the content it stands for, so a
//! browser may keep it for good.

use std::fmt::Write;
use std::io::Write as _;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::{EmbeddedFile, RustEmbed};

/// The files.
#[derive(RustEmbed)]
#[folder = "src/assets/"]
struct Assets;

/// Where the browser finds a file, e.g. `/assets/0f1e2d3c4b5a/style.css`.
pub fn url(name: &str) -> String {
    let fingerprint = Assets::get(name).map(|file| fingerprint(&file)).unwrap_or_default();
    format!("/assets/{fingerprint}/{name}")
}

/// Serves `/assets/{fingerprint}/{name}`.
///
/// With another fingerprint it serves what there is, to be asked for again: while servers
/// are being replaced, a page of one may ask the other.
pub async fn serve(request: HttpRequest, path: web::Path<(String, String)>) -> HttpResponse {
    let (asked, name) = path.into_inner();
    let Some(file) = Assets::get(&name) else {
        return HttpResponse::NotFound().content_type("text/plain").body("There is nothing here.");
    };
    let kept = match asked == fingerprint(&file) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, media_type(&name)))
        .insert_header((header::CACHE_CONTROL, kept));
    compressed(&request, answer, file.data.into_owned())
}

/// An answer, compressed where the client can read it so.
pub fn compressed(
    request: &HttpRequest,
    mut answer: actix_web::HttpResponseBuilder,
    body: Vec<u8>,
) -> HttpResponse {
    answer.insert_header((header::VARY, "Accept-Encoding"));
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(takes_gzip);
    match accepted.then(|| gzip(&body)) {
        Some(Ok(smaller)) => answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(smaller),
        _ => answer.body(body),
    }
}

/// Whether an `Accept-Encoding` takes gzip.
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|weight| weight.trim().bytes().all(|digit| matches!(digit, b'0' | b'.')));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// The bytes in gzip.
fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::new(5));
    encoder.write_all(body)?;
    encoder.finish()
}

/// What a file is known by: the first bytes of its hash.
fn fingerprint(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(6).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The media type of a file by its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_its_content() {
        for name in ["style.css", "app.js", "icon.svg"] {
            let url = url(name);
            let fingerprint = url.strip_prefix("/assets/").unwrap().strip_suffix(name).unwrap();
            assert_eq!(fingerprint.len(), 13, "{url}");
        }
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (accepted, expected) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.8", true),
            ("gzip;q=0", false),
            ("gzip;q=0.0, br", false),
            ("br", false),
            ("", false),
        ] {
            assert_eq!(takes_gzip(accepted), expected, "{accepted}");
        }
    }
}
