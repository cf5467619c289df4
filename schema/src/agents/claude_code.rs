//! The names Claude Code puts on the wire: metrics, events, attributes, settings.
//!
//! Seen on the wire of versions 2.1.197 and 2.1.328. The only file that spells them.

/// `service.name` of the resource, unless the user sets another.
pub const SERVICE_NAME: &str = "claude-code";

/// Metrics: all are monotonic sums, values `asDouble`, delta unless asked otherwise.
pub mod metric {
    /// Process starts, by `start_type`. Not one a session id.
    pub const SESSION_COUNT: &str = "claude_code.session.count";
    /// Tokens by `model` and `type` (input, output, cacheRead, cacheCreation).
    pub const TOKEN_USAGE: &str = "claude_code.token.usage";
    /// USD by `model`: the client's own estimate.
    pub const COST_USAGE: &str = "claude_code.cost.usage";
    /// Lines by `type` (added, removed).
    pub const LINES_OF_CODE: &str = "claude_code.lines_of_code.count";
    /// Successful `git commit` calls.
    pub const COMMIT_COUNT: &str = "claude_code.commit.count";
    /// Successful pull request creations.
    pub const PULL_REQUEST_COUNT: &str = "claude_code.pull_request.count";
    /// Permission decisions for edits, by `tool_name` and `decision`.
    pub const CODE_EDIT_DECISION: &str = "claude_code.code_edit_tool.decision";
    /// Seconds by `type` (user, cli).
    pub const ACTIVE_TIME: &str = "claude_code.active_time.total";
}

/// Values of `event.name`; the body of the record is `claude_code.<name>`.
pub mod event {
    /// One successful API call, with its tokens and cost.
    pub const API_REQUEST: &str = "api_request";
    /// The final failure of an API call.
    pub const API_ERROR: &str = "api_error";
    /// A prompt or a slash command (which has `command_name`).
    pub const USER_PROMPT: &str = "user_prompt";
    /// A permission decision for any tool.
    pub const TOOL_DECISION: &str = "tool_decision";
    /// A tool that ran, with `success`.
    pub const TOOL_RESULT: &str = "tool_result";
    /// Events that are known and carry no figure of the daily tables.
    pub const OTHERS: &[&str] = &[
        "api_refusal",
        "api_retries_exhausted",
        "api_request_body",
        "api_response_body",
        "assistant_response",
        "at_mention",
        "auth",
        "compaction",
        "feedback_survey",
        "hook_execution_complete",
        "hook_execution_start",
        "hook_plugin_metrics",
        "hook_registered",
        "internal_error",
        "managed_settings_resolved",
        "mcp_server_connection",
        "permission_mode_changed",
        "plugin_installed",
        "plugin_loaded",
        "retention_sweep",
        "safety_event",
        "skill_activated",
        "subagent_completed",
        "system_prompt",
        "tool",
    ];
}

/// Attribute keys of resources, data points and log records.
pub mod attribute {
    /// The person, as declared in `OTEL_RESOURCE_ATTRIBUTES` or by the sign-in.
    pub const USER_EMAIL: &str = "user.email";
    /// The person's name, self-declared.
    pub const USER_NAME: &str = "user.name";
    /// Random id of one installation (64 hex digits a home folder).
    pub const USER_ID: &str = "user.id";
    /// Account of the sign-in.
    pub const ACCOUNT_UUID: &str = "user.account_uuid";
    /// What the person belongs to, as declared in `OTEL_RESOURCE_ATTRIBUTES`: any text.
    pub const TEAM: &str = "team";
    /// The same, of a larger unit.
    pub const DEPARTMENT: &str = "department";
    /// Who pays.
    pub const COST_CENTER: &str = "cost_center";
    /// Session; absent with `OTEL_METRICS_INCLUDE_SESSION_ID=false`.
    pub const SESSION_ID: &str = "session.id";
    /// Client version, when it is switched on for records.
    pub const APP_VERSION: &str = "app.version";
    /// Client version, of the resource.
    pub const SERVICE_VERSION: &str = "service.version";
    /// Terminal the client runs in.
    pub const TERMINAL_TYPE: &str = "terminal.type";
    /// firstParty, bedrock, vertex, ...
    pub const PROVIDER: &str = "anthropic.provider";
    /// Model asked for (metrics) or that answered (events).
    pub const MODEL: &str = "model";
    /// Kind of token, line or active time.
    pub const TYPE: &str = "type";
    /// How a process began: fresh, resume, continue, agents_view.
    pub const START_TYPE: &str = "start_type";
    /// accept or reject.
    pub const DECISION: &str = "decision";
    /// The tool of a decision or result.
    pub const TOOL_NAME: &str = "tool_name";
    /// Set on a prompt that is a slash command.
    pub const COMMAND_NAME: &str = "command_name";
    /// The event's bare name.
    pub const EVENT_NAME: &str = "event.name";
    /// Number of the event in its process, from 0.
    pub const EVENT_SEQUENCE: &str = "event.sequence";
    /// Tokens of an `api_request`.
    pub const INPUT_TOKENS: &str = "input_tokens";
    /// Tokens of an `api_request`.
    pub const OUTPUT_TOKENS: &str = "output_tokens";
    /// Tokens of an `api_request`.
    pub const CACHE_READ_TOKENS: &str = "cache_read_tokens";
    /// Tokens of an `api_request`.
    pub const CACHE_CREATION_TOKENS: &str = "cache_creation_tokens";
    /// Cost of an `api_request` in USD, a double.
    pub const COST_USD: &str = "cost_usd";
    /// The same in whole micro-USD, rounded a call.
    pub const COST_USD_MICROS: &str = "cost_usd_micros";
}

/// Variables that a client's settings set. Names of OpenTelemetry's own, and Claude Code's.
pub mod variable {
    /// Without it nothing is sent.
    pub const ENABLE_TELEMETRY: &str = "CLAUDE_CODE_ENABLE_TELEMETRY";
    /// Where metrics go: `otlp`, `none`.
    pub const METRICS_EXPORTER: &str = "OTEL_METRICS_EXPORTER";
    /// Where events go: `otlp`, `none`.
    pub const LOGS_EXPORTER: &str = "OTEL_LOGS_EXPORTER";
    /// `http/protobuf`, `http/json`, `grpc`.
    pub const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
    /// The address; the client adds `/v1/metrics` and `/v1/logs`.
    pub const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    /// The address of metrics, whole: nothing is added.
    pub const METRICS_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    /// The address of events, whole: nothing is added.
    pub const LOGS_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT";
    /// `Name=value` pairs, sent as they are: nothing is percent-decoded.
    pub const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
    /// `gzip`, or unset for none.
    pub const COMPRESSION: &str = "OTEL_EXPORTER_OTLP_COMPRESSION";
    /// `delta`, `cumulative`, `lowmemory`.
    pub const TEMPORALITY: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    /// Milliseconds between exports of metrics; 60,000 unless set.
    pub const METRIC_INTERVAL: &str = "OTEL_METRIC_EXPORT_INTERVAL";
    /// Milliseconds between exports of events; 5,000 unless set.
    pub const LOGS_INTERVAL: &str = "OTEL_LOGS_EXPORT_INTERVAL";
    /// Whether the text of prompts is sent.
    pub const LOG_USER_PROMPTS: &str = "OTEL_LOG_USER_PROMPTS";
    /// Whether the text of answers is sent.
    pub const LOG_ASSISTANT_RESPONSES: &str = "OTEL_LOG_ASSISTANT_RESPONSES";
    /// Whether commands, file names and tool input are sent.
    pub const LOG_TOOL_DETAILS: &str = "OTEL_LOG_TOOL_DETAILS";
    /// Who and what: `key=value` pairs, percent-encoded.
    pub const RESOURCE_ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
    /// Variables of one signal that outrank those of all signals.
    pub const OUTRANKING: &[&str] = &[
        METRICS_ENDPOINT,
        LOGS_ENDPOINT,
        "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
        "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
        "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION",
        "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION",
    ];
}

/// Attributes whose values say who the person is: what is erased with them.
pub const PERSONAL: &[&str] = &[
    attribute::USER_EMAIL,
    attribute::USER_NAME,
    attribute::USER_ID,
    attribute::ACCOUNT_UUID,
    "user.account_id",
];

/// Attributes that say where in the organization the person belongs.
pub const TEAM: &[&str] = &[attribute::TEAM, attribute::DEPARTMENT, attribute::COST_CENTER];

/// Attributes whose values say who and what a record is about. They are ids and names by
/// definition: redaction does not judge them by their looks.
pub const IDENTITY: &[&str] = &[
    attribute::USER_EMAIL,
    attribute::USER_NAME,
    attribute::USER_ID,
    attribute::ACCOUNT_UUID,
    attribute::SESSION_ID,
    attribute::MODEL,
    attribute::APP_VERSION,
    attribute::SERVICE_VERSION,
    "user.account_id",
    "organization.id",
    "organization.uuid",
    "prompt.id",
    "message.uuid",
    "message.id",
    "request_id",
    "client_request_id",
    "tool_use_id",
    "git_commit_id",
    "service.name",
    "service.instance.id",
];

/// Whether an attribute's values are names by definition, of a person, a thing or a team.
pub fn is_name(key: &str) -> bool {
    IDENTITY.contains(&key) || TEAM.contains(&key)
}

/// Whether an attribute is kept as it came, whatever else is dropped or hidden: figures are
/// counted by it, or belong to what it names.
pub fn is_kept(key: &str) -> bool {
    is_needed(key) || TEAM.contains(&key)
}

/// Whether usage is counted by an attribute, or a record told apart from its copies. Teams are
/// not among them: a record is the same one whatever team it names.
pub fn is_needed(key: &str) -> bool {
    NEEDED.contains(&key) || IDENTITY.contains(&key)
}

/// Attributes that carry figures or say what a figure is of.
const NEEDED: &[&str] = &[
    attribute::EVENT_NAME,
    attribute::TERMINAL_TYPE,
    attribute::PROVIDER,
    attribute::TYPE,
    attribute::START_TYPE,
    attribute::DECISION,
    attribute::TOOL_NAME,
    attribute::COMMAND_NAME,
    attribute::EVENT_SEQUENCE,
    attribute::INPUT_TOKENS,
    attribute::OUTPUT_TOKENS,
    attribute::CACHE_READ_TOKENS,
    attribute::CACHE_CREATION_TOKENS,
    attribute::COST_USD,
    attribute::COST_USD_MICROS,
    "event.timestamp",
    "success",
    "duration_ms",
    "status_code",
    "query_source",
];

/// What stands before an event's name in a log record's body.
pub const BODY_PREFIX: &str = "claude_code.";

/// The `start_type` that starts no session of work.
pub const AGENTS_VIEW: &str = "agents_view";
