-- What only the replicas of one service know, made once for all of them: the key of search cursors.
CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
