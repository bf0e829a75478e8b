-- How common a value is depends on the type and the parameter it stands for: `status=requested` of Task, not `requested` of all.
CREATE STATISTICS idx_token_common (mcv) ON rtype, param, code, system FROM idx_token;
CREATE STATISTICS idx_reference_common_literal (mcv) ON rtype, param, target_id, target_type FROM idx_reference;
CREATE STATISTICS idx_reference_common_number (mcv) ON rtype, param, value, system FROM idx_reference;
