-- What was answered to a write that its caller may send again (Idempotency-Key), until then: `key_hash` is over the caller and the
-- key, `request_hash` over the request; neither the key nor the request is kept.
CREATE TABLE answered (
    key_hash TEXT COLLATE "C" PRIMARY KEY,
    request_hash TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL,
    head TEXT COLLATE "C" NOT NULL,
    body BYTEA
);
CREATE INDEX answered_until ON answered (until);
