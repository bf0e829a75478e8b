DROP TABLE audit_run;
ALTER TABLE audit_head DROP COLUMN runs;
CREATE INDEX audit_patient ON audit (patient, at) WHERE patient IS NOT NULL;
