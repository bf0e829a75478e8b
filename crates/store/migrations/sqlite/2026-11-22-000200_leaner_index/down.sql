CREATE INDEX idx_reference_target ON idx_reference (target_id, target_type);
CREATE INDEX idx_reference_identifier ON idx_reference (value, system);
DROP INDEX idx_reference_patient;
DROP INDEX idx_reference_number;
