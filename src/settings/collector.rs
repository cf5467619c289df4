//! A configuration of the OpenTelemetry Collector that relays to this server and loses nothing
//! on the way: what waits is on disk, and is tried until it arrives.

use super::options::TokenFrom;
use super::{Options, json};

/// The variable the collector reads its token from.
pub const TOKEN_VARIABLE: &str = "DAYBOOK_INGEST_TOKEN";

/// The file it reads it from instead.
pub const TOKEN_FILE: &str = "/etc/otelcol-contrib/daybook-ingest-token";

/// The configuration. The token is not in it.
pub fn configuration(options: &Options) -> String {
    let listen = listen(&options.collector);
    let endpoint = scalar(&options.endpoint);
    let token = match options.token_from {
        TokenFrom::Environment => format!("${{env:{TOKEN_VARIABLE}}}"),
        TokenFrom::File => format!("${{file:{TOKEN_FILE}}}"),
    };
    format!(
        r#"# OpenTelemetry Collector (contrib, 0.144 or newer): Claude Code -> Daybook.
receivers:
  otlp:
    protocols:
      http:
        endpoint: {listen}

extensions:
  # What waits survives a restart of the collector.
  file_storage/daybook:
    directory: /var/lib/otelcol-contrib/daybook
    create_directory: true

exporters:
  otlp_http/daybook:
    endpoint: {endpoint}
    compression: gzip
    timeout: 10s
    headers:
      Authorization: "Bearer {token}"
    # Tried until it arrives, however long this takes.
    retry_on_failure:
      enabled: true
      initial_interval: 1s
      max_interval: 30s
      max_elapsed_time: 0s
    sending_queue:
      enabled: true
      storage: file_storage/daybook
      num_consumers: 4
      # Past it the collector answers 503, which Claude Code sends again by itself.
      queue_size: 10000

# No processor changes temporality or attributes: Daybook counts delta and cumulative alike,
# and knows people by the attributes.
service:
  extensions: [file_storage/daybook]
  pipelines:
    metrics:
      receivers: [otlp]
      exporters: [otlp_http/daybook]
    logs:
      receivers: [otlp]
      exporters: [otlp_http/daybook]
"#,
    )
}

/// Where the collector listens: beside whoever reaches it at the loopback, else everywhere.
fn listen(collector: &str) -> String {
    let uri = collector.parse::<actix_web::http::Uri>().ok();
    let port = uri.as_ref().and_then(|uri| uri.port_u16()).unwrap_or(4318);
    let host = if super::endpoint::is_loopback(collector) { "127.0.0.1" } else { "0.0.0.0" };
    scalar(&format!("{host}:{port}"))
}

/// A text as a scalar: YAML reads JSON's strings, and the collector a dollar that is doubled.
pub fn scalar(text: &str) -> String {
    // YAML has its own names for these, JSON writes them as they are.
    let written = json::string(&text.replace('$', "$$"));
    let escape = |letter: char| match letter {
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
            format!("\\u{:04x}", u32::from(letter))
        }
        letter => letter.to_string(),
    };
    written.chars().map(escape).collect()
}
