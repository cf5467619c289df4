-- Who may see and change what, and what they did.

-- People who sign in. Never deleted: the audit log names them.
CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,           -- trimmed, in small letters
    name TEXT NOT NULL,
    role TEXT NOT NULL,                   -- admin, manager or viewer
    password_hash TEXT,                   -- argon2id with its parameters and salt; NULL: no password
    provider_subject TEXT UNIQUE,         -- issuer and subject of who signs in by OpenID Connect
    created_at BIGINT NOT NULL,
    disabled_at BIGINT                    -- since when nobody signs in with it
);

-- Browsers that are signed in.
CREATE TABLE logins (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash BLOB NOT NULL,            -- of the rest of the cookie
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,         -- to some minutes
    expires_at BIGINT NOT NULL            -- however busy it is
);
CREATE INDEX logins_by_account ON logins (account_id);

-- Invitations are setup links that belong to an account.
ALTER TABLE setup_links ADD COLUMN account_id INTEGER REFERENCES accounts (id);
ALTER TABLE setup_links ADD COLUMN expires_at BIGINT;

ALTER TABLE api_tokens ADD COLUMN last_used_at BIGINT;
ALTER TABLE api_tokens ADD COLUMN expires_at BIGINT;

-- Every administrative act, and every look at one person's figures.
CREATE TABLE audit_log (
    id BIGINT NOT NULL PRIMARY KEY,       -- 1, 2, 3, without gaps
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,                  -- `account:7`, `token:<id>`, `command`
    action TEXT NOT NULL,                 -- `pattern.add`
    subject TEXT NOT NULL,                -- what was acted on
    detail TEXT NOT NULL,                 -- never a secret
    hash BLOB NOT NULL                    -- keyed, over the hash before and all of the above
);
CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;

-- Where the audit log ends, so that a missing end is seen; who adds to it waits here.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    entries BIGINT NOT NULL,
    hash BLOB NOT NULL                    -- of the last entry
);
INSERT INTO audit_head (id, entries, hash) VALUES (1, 0, x'');
