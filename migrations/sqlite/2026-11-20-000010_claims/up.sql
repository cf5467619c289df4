-- What is under way, a row a batch: to claim signals does not write them.

CREATE TABLE claims (
    worker BIGINT NOT NULL,               -- who has it under way; dead when it no longer beats
    number BIGINT NOT NULL,               -- among the worker's own
    signals BLOB NOT NULL,               -- their ids, 8 bytes each
    PRIMARY KEY (worker, number)
) WITHOUT ROWID;

ALTER TABLE signals DROP COLUMN worker;   -- a claim was the worker's id on each signal
