-- What only the replicas of one service know, made once for all of them: the key of search cursors.
CREATE TABLE secret (
    name TEXT COLLATE "C" PRIMARY KEY,
    value BYTEA NOT NULL
);
