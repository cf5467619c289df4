-- By which rules the figures were counted. 0: by an earlier version's, which kept no number.

ALTER TABLE installation ADD COLUMN fold_rules INTEGER NOT NULL DEFAULT 0;
