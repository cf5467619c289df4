-- What was counted leaves its entry at the front of the index of what waits, and a claim steps
-- over it until the table is next cleaned: by default when a fifth of all signals that are kept
-- has changed, which can be millions. Fifty thousand and a fiftieth are stepped over in
-- milliseconds.
ALTER TABLE signals SET (
    autovacuum_vacuum_threshold = 50000,
    autovacuum_vacuum_scale_factor = 0.02
);
