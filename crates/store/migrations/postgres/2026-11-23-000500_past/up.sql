-- The histories of a type and of everything go back along the commit sequence of what the caller may see: its own of each type, the
-- directory's (a small index: clinical types are not in it), and what was granted to it, found by the grants.
CREATE INDEX change_own ON change (owner, rtype, seq);
CREATE INDEX change_directory ON change (rtype, seq) WHERE rtype = 'Organization' OR rtype = 'HealthcareService'
OR rtype = 'Practitioner' OR rtype = 'PractitionerRole' OR rtype = 'Location' OR rtype = 'Endpoint';
CREATE INDEX access_grant_organisation ON access_grant (organisation, patient);
