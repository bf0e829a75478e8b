-- What was answered to a request with an Idempotency-Key, until it may be forgotten; `key_hash` is over the caller and the key, which
-- are not kept, `request_hash` over what was asked, `trace` is what the answer showed, for the access log of its repetition.
CREATE TABLE idempotency (
    key_hash TEXT PRIMARY KEY,
    request_hash TEXT NOT NULL,
    until BIGINT NOT NULL,
    status BIGINT NOT NULL,
    etag TEXT,
    last_modified BIGINT,
    location TEXT,
    rtype TEXT,
    trace TEXT NOT NULL,
    body BLOB
);
CREATE INDEX idempotency_until ON idempotency (until);
