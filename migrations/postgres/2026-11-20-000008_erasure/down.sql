DROP TABLE erased_identities;
DROP TABLE erased_users;
