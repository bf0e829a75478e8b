DROP TABLE seen_once;
DROP TABLE lease;
