DROP INDEX user_identities_by_user;
DROP TABLE user_splits;
DROP TABLE user_merges;
