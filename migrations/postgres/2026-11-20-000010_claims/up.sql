-- What is under way, a row a batch: to claim signals does not write them.

CREATE TABLE claims (
    worker BIGINT NOT NULL,               -- who has it under way; dead when it no longer beats
    number BIGINT NOT NULL,               -- among the worker's own
    signals BYTEA NOT NULL,               -- their ids, 8 bytes each
    PRIMARY KEY (worker, number)
);
-- A row for each batch under way, written and gone within a second.
ALTER TABLE claims ALTER COLUMN signals SET STORAGE EXTERNAL;

ALTER TABLE signals DROP COLUMN worker;   -- a claim was the worker's id on each signal
