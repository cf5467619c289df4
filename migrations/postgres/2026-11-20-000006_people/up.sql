-- What people decided about who is who. Kept apart from what telemetry says, and named by
-- keyed hashes alone: neither table holds an email or an id of telemetry.

-- Users whose usage is somebody else's.
CREATE TABLE user_merges (
    user_id BIGINT NOT NULL PRIMARY KEY,  -- whose usage goes to another
    into_user BIGINT NOT NULL,            -- to whom it goes; may have gone on from there
    decided_at BIGINT NOT NULL
);
CREATE INDEX user_merges_by_into ON user_merges (into_user);

-- Identities that are not a user's, whatever telemetry links.
CREATE TABLE user_splits (
    identity BIGINT NOT NULL,             -- keyed hash of kind and value
    user_id BIGINT NOT NULL,              -- whose it is not
    decided_at BIGINT NOT NULL,
    PRIMARY KEY (identity, user_id)
);
CREATE INDEX user_identities_by_user ON user_identities (user_id);
