-- What an admin says of a connection, tokens that can be shown again, and how a connection is.

ALTER TABLE connections ADD COLUMN deployment_kind TEXT COLLATE "C";   -- claude_ai, api_key, bedrock, vertex or gateway; NULL: not said
ALTER TABLE connections ADD COLUMN customer_type TEXT COLLATE "C";     -- api or subscription, as the analytics API calls it; NULL: not said
ALTER TABLE connections ADD COLUMN subscription_type TEXT COLLATE "C"; -- team or enterprise; NULL: none, or not said

ALTER TABLE ingest_tokens ADD COLUMN label TEXT COLLATE "C" NOT NULL DEFAULT ''; -- what it is for, for people
ALTER TABLE ingest_tokens ADD COLUMN sealed BYTEA;          -- its text, in AES-256-GCM; the key is not in here. NULL: made before
ALTER TABLE ingest_tokens ADD COLUMN last_used_at BIGINT;  -- to the minute; NULL: never
CREATE INDEX ingest_tokens_by_connection ON ingest_tokens (connection_id);

-- What was received of a connection; as of a few seconds ago.
CREATE TABLE connection_health (
    connection_id INTEGER NOT NULL PRIMARY KEY, -- 0: requests without a token that is known
    accepted BIGINT NOT NULL,             -- requests that were answered 200
    refused BIGINT NOT NULL,              -- requests that were answered otherwise
    last_metrics_at BIGINT,               -- when one of metrics was last accepted
    last_logs_at BIGINT,
    last_traces_at BIGINT,
    last_refused_at BIGINT
);

-- What the telemetry of a connection is like.
CREATE TABLE connection_traits (
    connection_id INTEGER NOT NULL,
    name TEXT COLLATE "C" NOT NULL,                   -- temporality, missing, named, counted or test
    value TEXT COLLATE "C" NOT NULL,                  -- e.g. cumulative, or the attribute that is missing
    last_at BIGINT NOT NULL,              -- when the latest request that shows it was received
    PRIMARY KEY (connection_id, name, value)
);

-- Why requests were refused, the latest causes of each connection; never the secret or the body.
CREATE TABLE refused_requests (
    connection_id INTEGER NOT NULL,       -- 0: requests without a token that is known
    status SMALLINT NOT NULL,             -- as over HTTP
    kind SMALLINT NOT NULL,               -- 1 metrics, 2 logs, 3 traces, 0 nothing that is known
    message TEXT COLLATE "C" NOT NULL,                -- cause and cure, as the sender was told
    times BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, status, kind, message)
);
