//! What an answer means: Daybook's own, somebody else's, or a proxy's.

use super::Finding;
use super::endpoint::Endpoint;
use super::wire::Answer;

/// Judges the answer to an empty request of a signal.
pub(super) fn judge(
    signal: &'static str,
    media: &str,
    endpoint: &Endpoint,
    answer: &Answer,
) -> Result<Finding, Finding> {
    let said = answer.header("content-type").unwrap_or_default();
    let is_otlp = said.starts_with(media);
    let bad = |says: String, cure: &str| Err(Finding::bad(signal, says, cure));
    let status = answer.status;
    match status {
        200 if is_otlp && is_success(&answer.body) => {
            Ok(Finding::ok(signal, "the server took an empty request with this token"))
        }
        200 => bad(
            format!("what answers 200 there is no OTLP server ({})", of_what(said)),
            "check host and path: the endpoint of Daybook ends in /api/otel",
        ),
        301 | 302 | 303 | 307 | 308 => {
            let to = answer.header("location").unwrap_or("elsewhere");
            bad(
                format!("it redirects ({status}) to {to}, and Claude Code does not follow"),
                "put the address it leads to into the endpoint",
            )
        }
        401 if is_otlp => bad(
            "the token is not known, or was revoked (401)".to_owned(),
            "copy the token of the connection again; the header is `Authorization=Bearer TOKEN`",
        ),
        401 | 403 | 407 => bad(
            format!("something in front of Daybook asks for a sign-in ({status})"),
            "let POST to /api/otel/v1/ through there without one: Daybook looks at the token",
        ),
        404 | 405 => bad(
            format!("nothing takes telemetry at {}/v1/{signal} ({status})", endpoint.prefix),
            "the endpoint of Daybook ends in /api/otel",
        ),
        411 | 413 => bad(
            format!("a request is too large for it, or has no length ({status})"),
            "raise the limit of what stands in front of Daybook to 8 MiB, or --max-body-bytes",
        ),
        415 => bad(
            format!("it does not take {media} (415)"),
            "set OTEL_EXPORTER_OTLP_PROTOCOL to http/protobuf, and check what stands in between",
        ),
        429 => bad(
            "the token sends more than it may (429)".to_owned(),
            "Claude Code sends it again by itself; give each team its own token, or raise \
             --token-requests-per-sec",
        ),
        502..=504 => bad(
            format!("Daybook is overloaded, starting or down behind a proxy ({status})"),
            "try again in a moment; Claude Code does so by itself for 10 seconds",
        ),
        _ => bad(
            format!("it answers {status} ({})", of_what(said)),
            "check host and path, and the log of what answers there",
        ),
    }
}

/// Whether a body says that all of a request was taken: in protobuf it is empty.
fn is_success(body: &[u8]) -> bool {
    body.is_empty() || body == b"{}"
}

/// A media type for people; what it says is somebody else's.
fn of_what(media: &str) -> String {
    let name = media.split(';').next().unwrap_or_default().trim();
    let name: String = name.chars().filter(|letter| letter.is_ascii_graphic()).take(60).collect();
    if name.is_empty() { "no media type".to_owned() } else { name }
}
