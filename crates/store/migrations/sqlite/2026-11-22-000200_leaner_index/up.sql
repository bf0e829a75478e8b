-- Every row of idx_reference stood in five indexes. Two of them are asked for few rows alone: what points at a Patient (whose
-- person may become known later), and what holds an identifier.
CREATE INDEX idx_reference_patient ON idx_reference (target_id) WHERE target_type = 'Patient';
CREATE INDEX idx_reference_number ON idx_reference (value, system) WHERE value <> '';
DROP INDEX idx_reference_target;
DROP INDEX idx_reference_identifier;
