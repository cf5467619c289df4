-- Several processes on one database: who folds, and what they have claimed.

-- Processes that fold. On SQLite there is one, and it claims in memory.
CREATE TABLE workers (
    id BIGINT NOT NULL PRIMARY KEY,       -- random, of the process
    name TEXT NOT NULL,                   -- where it runs, for people
    beat_at BIGINT NOT NULL               -- when it last said that it lives
);

ALTER TABLE signals ADD COLUMN shard SMALLINT NOT NULL DEFAULT 0; -- of its first session: who folds it best
ALTER TABLE signals ADD COLUMN worker BIGINT; -- who claimed it; no claim outlives its worker's beats
