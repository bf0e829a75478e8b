-- The HTTP method that made a version, for its entry in a history; '' for versions older than this column.
ALTER TABLE history ADD COLUMN method TEXT NOT NULL DEFAULT '';
