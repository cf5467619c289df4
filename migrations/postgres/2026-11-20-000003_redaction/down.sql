ALTER TABLE connections DROP COLUMN only_needed;
DROP TABLE redaction_patterns;
DROP TABLE detections;
