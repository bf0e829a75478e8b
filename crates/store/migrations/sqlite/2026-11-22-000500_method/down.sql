ALTER TABLE history DROP COLUMN method;
