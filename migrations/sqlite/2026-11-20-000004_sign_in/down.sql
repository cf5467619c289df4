DROP TABLE audit_head;
DROP TABLE audit_log;
ALTER TABLE api_tokens DROP COLUMN expires_at;
ALTER TABLE api_tokens DROP COLUMN last_used_at;
DELETE FROM setup_links WHERE account_id IS NOT NULL;
ALTER TABLE setup_links DROP COLUMN expires_at;
ALTER TABLE setup_links DROP COLUMN account_id;
DROP TABLE logins;
DROP TABLE accounts;
