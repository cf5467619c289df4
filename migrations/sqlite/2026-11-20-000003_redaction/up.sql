-- What redaction found, and what an organization looks for itself.

-- One row a secret, place, session and day; never the secret.
CREATE TABLE detections (
    id BIGINT NOT NULL PRIMARY KEY,       -- keyed hash of what tells detections apart
    day DATE NOT NULL,                    -- UTC, of when it was received
    connection_id INTEGER NOT NULL,
    rule TEXT NOT NULL,                   -- the type, as in the marker
    path TEXT NOT NULL,                   -- attribute or field
    session_id TEXT,
    email TEXT,                           -- who, as the request declares
    secret_hash BLOB NOT NULL,            -- keyed BLAKE3, 16 bytes: the same secret is known again
    text_before TEXT NOT NULL,            -- at most 24 bytes of the redacted text
    text_after TEXT NOT NULL,
    times BIGINT NOT NULL,                -- how often it was found that day
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX detections_by_day ON detections (day, last_at, id);

-- Patterns of the organization's own.
CREATE TABLE redaction_patterns (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,            -- the type, as in the marker
    pattern TEXT NOT NULL,                -- a regular expression
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    rescan_from BIGINT,                   -- stored signals after this id are scanned still; NULL: all were
    rescan_found BIGINT NOT NULL          -- how often it was found in what was stored before
);

-- Keep only attributes that are counted by.
ALTER TABLE connections ADD COLUMN only_needed BOOLEAN NOT NULL DEFAULT FALSE;
