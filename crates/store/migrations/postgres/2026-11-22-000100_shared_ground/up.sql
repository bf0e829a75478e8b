-- What replicas on one database share beside the records.

-- Who of several may do what only one shall do: until then the name is its holder's.
CREATE TABLE lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL
);

-- What has been seen and must not be taken twice until then; `key_hash` is over the kind and the key, which is not kept.
CREATE TABLE seen_once (
    key_hash TEXT COLLATE "C" PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX seen_once_until ON seen_once (until);
