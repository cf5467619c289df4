-- People who were erased. What named them is kept as keyed hashes alone, so that telemetry that
-- comes late, or a rebuild, does not bring them back.

-- Users whose identity is gone; figures go on under the number.
CREATE TABLE erased_users (
    user_id BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,               -- `erased user 7`; who was merged into one has the same
    erased_at BIGINT NOT NULL,
    pending TEXT COLLATE "C",                         -- what kept bodies are still searched for; NULL: done
    scanned_to BIGINT NOT NULL            -- the last signal whose body was looked at
);

-- What named them.
CREATE TABLE erased_identities (
    identity BIGINT NOT NULL PRIMARY KEY, -- keyed hash of kind and value
    user_id BIGINT NOT NULL               -- who was erased
);
