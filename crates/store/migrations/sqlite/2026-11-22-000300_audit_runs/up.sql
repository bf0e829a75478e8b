-- The index on the patients of the access log wrote a page somewhere in it for every read of a patient. In its place: each chain's
-- entries are listed by patient a few thousand at a time, each run in its own place, in order (crates/store/src/audit/runs.rs).
DROP INDEX audit_patient;
CREATE TABLE audit_run (
    tenant TEXT NOT NULL,
    run BIGINT NOT NULL,
    patient TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (tenant, run, patient, number)
) WITHOUT ROWID;
ALTER TABLE audit_head ADD COLUMN runs BIGINT NOT NULL DEFAULT 0;
INSERT INTO audit_run (tenant, run, patient, number)
SELECT a.tenant, (a.number - 1) / 4096, a.patient, a.number FROM audit a JOIN audit_head h ON h.tenant = a.tenant
WHERE a.patient IS NOT NULL AND a.number <= (h.number / 4096) * 4096
ORDER BY a.tenant, (a.number - 1) / 4096, a.patient, a.number;
UPDATE audit_head SET runs = number / 4096;
