ALTER TABLE signals DROP COLUMN worker;
ALTER TABLE signals DROP COLUMN shard;
DROP TABLE workers;
