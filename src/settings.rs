//! The settings JSON an admin hands out: what makes Claude Code report here.

use serde_json::{Value, json};

/// The settings for one connection. `address` is this server's, e.g. `http://127.0.0.1:8080`.
///
/// `http/protobuf` because the client never resends over gRPC; delta because it survives a
/// restart of either side; prompts and answers off, said outright.
pub fn json(address: &str, ingest_token: &str) -> Value {
    json!({
        "env": {
            "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_LOGS_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_ENDPOINT": format!("{address}/api/otel"),
            "OTEL_EXPORTER_OTLP_HEADERS": format!("Authorization=Bearer {ingest_token}"),
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
            "OTEL_LOG_USER_PROMPTS": "0",
            "OTEL_LOG_ASSISTANT_RESPONSES": "0"
        }
    })
}
