DROP INDEX access_grant_organisation;
DROP INDEX change_directory;
DROP INDEX change_own;
