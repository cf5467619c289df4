ALTER TABLE installation DROP COLUMN fold_rules;
