-- Everything Daybook keeps. Times are microseconds since 1970 UTC, days are
-- `YYYY-MM-DD`, money is nano-USD inside and micro-USD where it is published.

-- What is true of this database as a whole; one row.
CREATE TABLE installation (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    hash_key BLOB NOT NULL,               -- 32 random bytes: keys every hash below
    time_zone TEXT NOT NULL,              -- IANA name; what `local` days are made with
    generation BIGINT NOT NULL DEFAULT 0, -- raised when a rebuild replaces the derived tables
    created_at BIGINT NOT NULL
);

-- A group of developers who report with the same ingest tokens.
CREATE TABLE connections (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    identity_order TEXT NOT NULL DEFAULT 'resource', -- whose user.email wins: resource or record
    created_at BIGINT NOT NULL
);

-- Write-only tokens; the secret itself is not here.
CREATE TABLE ingest_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    connection_id INTEGER NOT NULL REFERENCES connections (id),
    secret_hash BLOB NOT NULL,            -- BLAKE3 of the 32 random bytes' text
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- Tokens that read (or administer) by REST.
CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    scope TEXT NOT NULL,                  -- read or admin
    secret_hash BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- The link the first start prints; good for one use.
CREATE TABLE setup_links (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);

-- The queue: one row a received request. Narrow, because it is updated.
CREATE TABLE signals (
    id INTEGER NOT NULL PRIMARY KEY,
    connection_id INTEGER NOT NULL,
    kind SMALLINT NOT NULL,               -- 1 metrics, 2 logs, 3 traces (kept, not counted)
    received_at BIGINT NOT NULL,
    imported BOOLEAN NOT NULL,            -- folded however old it is
    size BIGINT NOT NULL,                 -- bytes of the unpacked body
    content_hash BLOB NOT NULL,           -- keyed BLAKE3, 16 bytes; the latest are remembered at the start
    state SMALLINT NOT NULL,              -- 0 waiting, 1 folded, 2 quarantined
    attempts SMALLINT NOT NULL,           -- over how many claims a process died
    reason TEXT                           -- why it is in quarantine
);
CREATE INDEX signals_waiting ON signals (id) WHERE state = 0;
CREATE INDEX signals_quarantined ON signals (id) WHERE state = 2;

-- The redacted request, protobuf in zstd. Written once, never updated.
CREATE TABLE signal_bodies (
    signal_id INTEGER NOT NULL PRIMARY KEY,
    body BLOB NOT NULL
);

-- A person, or the stand-in for an install or account nobody has named yet.
CREATE TABLE users (
    id BIGINT NOT NULL PRIMARY KEY,       -- keyed hash of what names the user
    email TEXT UNIQUE,                    -- NULL: unattributed
    stand_in TEXT,                        -- `install:...`, `account:...` or `unknown` when unattributed
    name TEXT,
    name_time BIGINT NOT NULL             -- when `name` was said; the latest one is shown
);

-- What else names a user. The earliest link of a value is the one that attributes.
CREATE TABLE user_identities (
    kind TEXT NOT NULL,                   -- email, account or install
    value TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    first_time BIGINT NOT NULL,
    PRIMARY KEY (kind, value, user_id)
) WITHOUT ROWID;

-- One scope of telemetry: a session id as one declared email used it, or,
-- without session ids, what one user did in a UTC day.
CREATE TABLE sessions (
    id BIGINT NOT NULL PRIMARY KEY,       -- keyed hash of the scope
    group_key BIGINT NOT NULL,            -- rows that are chosen together
    connection_id INTEGER NOT NULL,
    session_id TEXT,
    day DATE,                             -- only where there is no session id
    email TEXT,                           -- as declared; NULL when the telemetry names nobody
    account_uuid TEXT,
    install_id TEXT,
    user_id BIGINT NOT NULL,
    first_time BIGINT NOT NULL,
    last_time BIGINT NOT NULL,
    version TEXT NOT NULL,                -- of the client, as last said
    terminal TEXT NOT NULL,
    provider TEXT NOT NULL
);
CREATE INDEX sessions_by_group ON sessions (group_key);
CREATE INDEX sessions_by_user ON sessions (user_id, last_time);
CREATE INDEX sessions_by_install ON sessions (install_id) WHERE email IS NULL;
CREATE INDEX sessions_by_account ON sessions (account_uuid) WHERE email IS NULL;

-- Consumption of a session, by metrics and by events, kept apart.
CREATE TABLE session_usage (
    session BIGINT NOT NULL,
    utc_day DATE NOT NULL,
    local_day DATE NOT NULL,
    raw_model TEXT NOT NULL,              -- as the client named it
    source SMALLINT NOT NULL,             -- 1 metrics, 2 events
    model TEXT NOT NULL,                  -- canonical
    requests BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cache_read_tokens BIGINT NOT NULL,
    cache_creation_tokens BIGINT NOT NULL,
    cost_nanos BIGINT NOT NULL,
    PRIMARY KEY (session, utc_day, local_day, raw_model, source)
) WITHOUT ROWID;

-- What a session did that has no model.
CREATE TABLE session_activity (
    session BIGINT NOT NULL,
    utc_day DATE NOT NULL,
    local_day DATE NOT NULL,
    source SMALLINT NOT NULL,
    lines_added BIGINT NOT NULL,
    lines_removed BIGINT NOT NULL,
    commits BIGINT NOT NULL,
    pull_requests BIGINT NOT NULL,
    active_user_micros BIGINT NOT NULL,
    active_cli_micros BIGINT NOT NULL,
    edit_accepted BIGINT NOT NULL,
    edit_rejected BIGINT NOT NULL,
    multi_edit_accepted BIGINT NOT NULL,
    multi_edit_rejected BIGINT NOT NULL,
    write_accepted BIGINT NOT NULL,
    write_rejected BIGINT NOT NULL,
    notebook_edit_accepted BIGINT NOT NULL,
    notebook_edit_rejected BIGINT NOT NULL,
    prompts BIGINT NOT NULL,
    tool_calls BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    session_starts BIGINT NOT NULL,
    events BIGINT NOT NULL,               -- records with an event.sequence
    sequence_min BIGINT,                  -- of event.sequence
    sequence_max BIGINT,
    PRIMARY KEY (session, utc_day, local_day, source)
) WITHOUT ROWID;

-- Cumulative streams: the last value of each day.
CREATE TABLE series (
    stream BIGINT NOT NULL,               -- keyed hash of all attributes and the start time
    utc_day DATE NOT NULL,
    local_day DATE NOT NULL,
    session BIGINT NOT NULL,              -- what the day's use is counted in
    last_time BIGINT NOT NULL,            -- nanoseconds since 1970
    last_value BIGINT NOT NULL,           -- in the counter's unit
    PRIMARY KEY (stream, utc_day, local_day)
) WITHOUT ROWID;

-- Which points and records have been counted: a row a scope and minute.
CREATE TABLE seen (
    scope INTEGER NOT NULL PRIMARY KEY,   -- minutes since 1970, then 34 bits of a keyed hash
    hashes BLOB NOT NULL                  -- 8 bytes each, ascending
);

-- Which signals a session's raw records are in.
CREATE TABLE session_signals (
    session BIGINT NOT NULL,
    signal_id BIGINT NOT NULL,
    first_time BIGINT NOT NULL,
    last_time BIGINT NOT NULL,
    PRIMARY KEY (session, signal_id)
) WITHOUT ROWID;

-- Published: user x day x model, per connection.
CREATE TABLE daily_usage (
    user_id BIGINT NOT NULL,
    day DATE NOT NULL,
    basis SMALLINT NOT NULL,              -- 1 UTC days, 2 days of the installation's time zone
    model TEXT NOT NULL,
    connection_id INTEGER NOT NULL,
    requests BIGINT NOT NULL,             -- of the sessions measured by events
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cache_read_tokens BIGINT NOT NULL,
    cache_creation_tokens BIGINT NOT NULL,
    cost_nanos BIGINT NOT NULL,
    metrics_sessions BIGINT NOT NULL,     -- sessions whose metrics were published
    events_sessions BIGINT NOT NULL,      -- sessions whose events were published
    cost_micros BIGINT NOT NULL GENERATED ALWAYS AS ((cost_nanos + 500) / 1000) STORED,
    PRIMARY KEY (user_id, day, basis, model, connection_id)
) WITHOUT ROWID;
CREATE INDEX daily_usage_by_day ON daily_usage (basis, day, user_id, model, connection_id);

-- Published: user x day, per connection; what has no model, and how complete the day is.
CREATE TABLE daily_activity (
    user_id BIGINT NOT NULL,
    day DATE NOT NULL,
    basis SMALLINT NOT NULL,
    connection_id INTEGER NOT NULL,
    sessions BIGINT NOT NULL,
    lines_added BIGINT NOT NULL,
    lines_removed BIGINT NOT NULL,
    commits BIGINT NOT NULL,
    pull_requests BIGINT NOT NULL,
    active_user_micros BIGINT NOT NULL,
    active_cli_micros BIGINT NOT NULL,
    edit_accepted BIGINT NOT NULL,
    edit_rejected BIGINT NOT NULL,
    multi_edit_accepted BIGINT NOT NULL,
    multi_edit_rejected BIGINT NOT NULL,
    write_accepted BIGINT NOT NULL,
    write_rejected BIGINT NOT NULL,
    notebook_edit_accepted BIGINT NOT NULL,
    notebook_edit_rejected BIGINT NOT NULL,
    prompts BIGINT NOT NULL,
    tool_calls BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    metrics_tokens BIGINT NOT NULL,       -- coverage: consumption by metrics
    events_tokens BIGINT NOT NULL,        -- coverage: consumption by events
    events BIGINT NOT NULL,               -- coverage: records seen
    events_missing BIGINT NOT NULL,       -- coverage: at least so many never came
    metrics_only BIGINT NOT NULL,         -- coverage: sessions without events
    events_only BIGINT NOT NULL,          -- coverage: sessions without metrics
    scopes BIGINT NOT NULL,               -- sessions that say anything of this day
    PRIMARY KEY (user_id, day, basis, connection_id)
) WITHOUT ROWID;
CREATE INDEX daily_activity_by_day ON daily_activity (basis, day, user_id, connection_id);

-- What /status counts.
CREATE TABLE tallies (
    name TEXT NOT NULL,                   -- folded, copies, refused, old, unknown_metric, unknown_event
    detail TEXT NOT NULL,
    count BIGINT NOT NULL,
    last_time BIGINT NOT NULL,
    PRIMARY KEY (name, detail)
) WITHOUT ROWID;
