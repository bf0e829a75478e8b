-- Everything Varde remembers. Columns are Text, BigInt, Binary and Bool only, so that one `table!` serves both databases;
-- times are UTC microseconds; `pk` is the commit sequence number of a resource's first version.

CREATE TABLE resource (
    pk BIGINT PRIMARY KEY,
    rtype TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    last_updated BIGINT NOT NULL,
    patient TEXT COLLATE "C",
    owner TEXT COLLATE "C",
    deleted BOOLEAN NOT NULL,
    seq BIGINT NOT NULL,
    body BYTEA NOT NULL
);
CREATE UNIQUE INDEX resource_key ON resource (rtype, id);
CREATE INDEX resource_current ON resource (rtype, pk) WHERE NOT deleted;
CREATE INDEX resource_updated ON resource (rtype, last_updated);
CREATE INDEX resource_patient ON resource (patient, rtype) WHERE patient IS NOT NULL;

-- Every version, the current one and deletions included.
CREATE TABLE history (
    resource BIGINT NOT NULL REFERENCES resource (pk),
    version BIGINT NOT NULL,
    last_updated BIGINT NOT NULL,
    patient TEXT COLLATE "C",
    owner TEXT COLLATE "C",
    deleted BOOLEAN NOT NULL,
    seq BIGINT NOT NULL UNIQUE,
    body BYTEA NOT NULL,
    PRIMARY KEY (resource, version)
);

-- The commit sequence: one row for each version, in the order they were committed, without gaps.
CREATE TABLE change (
    seq BIGINT PRIMARY KEY,
    rtype TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    patient TEXT COLLATE "C",
    owner TEXT COLLATE "C"
);

-- The search index, a table for each parameter type. `''` stands for "none", so that a primary key can hold it.
CREATE TABLE idx_token (
    resource BIGINT NOT NULL,
    rtype TEXT COLLATE "C" NOT NULL,
    param TEXT COLLATE "C" NOT NULL,
    system TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (rtype, param, code, system, resource)
);
CREATE INDEX idx_token_resource ON idx_token (resource, param);

CREATE TABLE idx_reference (
    resource BIGINT NOT NULL,
    rtype TEXT COLLATE "C" NOT NULL,
    param TEXT COLLATE "C" NOT NULL,
    target_type TEXT COLLATE "C" NOT NULL,
    target_id TEXT COLLATE "C" NOT NULL,
    system TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (rtype, param, target_id, target_type, value, system, resource)
);
CREATE INDEX idx_reference_resource ON idx_reference (resource, param);
CREATE INDEX idx_reference_person ON idx_reference (person, rtype, param) WHERE person <> '';
CREATE INDEX idx_reference_target ON idx_reference (target_id, target_type);
CREATE INDEX idx_reference_identifier ON idx_reference (value, system);

CREATE TABLE idx_date (
    resource BIGINT NOT NULL,
    rtype TEXT COLLATE "C" NOT NULL,
    param TEXT COLLATE "C" NOT NULL,
    low BIGINT NOT NULL,
    high BIGINT NOT NULL,
    PRIMARY KEY (rtype, param, low, high, resource)
);
CREATE INDEX idx_date_resource ON idx_date (resource, param);
CREATE INDEX idx_date_high ON idx_date (rtype, param, high);

-- `head` is the beginning of `folded`, short enough for any index.
CREATE TABLE idx_text (
    resource BIGINT NOT NULL,
    rtype TEXT COLLATE "C" NOT NULL,
    param TEXT COLLATE "C" NOT NULL,
    head TEXT COLLATE "C" NOT NULL,
    folded TEXT COLLATE "C" NOT NULL,
    exact TEXT COLLATE "C" NOT NULL
);
CREATE INDEX idx_text_head ON idx_text (rtype, param, head, resource);
CREATE INDEX idx_text_resource ON idx_text (resource, param);

CREATE TABLE idx_uri (
    resource BIGINT NOT NULL,
    rtype TEXT COLLATE "C" NOT NULL,
    param TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (rtype, param, value, resource)
);
CREATE INDEX idx_uri_resource ON idx_uri (resource, param);

-- Business-unique keys (one koordinator, one individual plan, one resource for a business identifier).
CREATE TABLE claim (
    key TEXT COLLATE "C" PRIMARY KEY,
    resource BIGINT NOT NULL REFERENCES resource (pk)
);
CREATE INDEX claim_resource ON claim (resource);

-- Who may see which patient's coordination, from when to when; `source` is the resource that says so.
CREATE TABLE access_grant (
    source BIGINT NOT NULL REFERENCES resource (pk),
    number BIGINT NOT NULL,
    patient TEXT COLLATE "C" NOT NULL,
    organisation TEXT COLLATE "C" NOT NULL,
    reach TEXT COLLATE "C" NOT NULL,
    basis TEXT COLLATE "C" NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    PRIMARY KEY (source, number)
);
CREATE INDEX access_grant_patient ON access_grant (patient, organisation, reach);

-- Internal keys of people: several tenants' Patient resources and logical references may mean the same human.
CREATE TABLE person (
    key TEXT COLLATE "C" PRIMARY KEY,
    created BIGINT NOT NULL
);
CREATE TABLE person_identifier (
    system TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C" NOT NULL REFERENCES person (key),
    PRIMARY KEY (system, value)
);

-- The access log, chained by hash for each tenant; `audit_head` names the newest link, so that a cut tail is seen.
CREATE TABLE audit (
    tenant TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    person TEXT COLLATE "C",
    action TEXT COLLATE "C" NOT NULL,
    interaction TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C",
    status BIGINT NOT NULL,
    patient TEXT COLLATE "C",
    basis TEXT COLLATE "C" NOT NULL,
    shown TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE INDEX audit_patient ON audit (patient, at) WHERE patient IS NOT NULL;
CREATE TABLE audit_head (
    tenant TEXT COLLATE "C" PRIMARY KEY,
    number BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);

-- What the world must still be told.
CREATE TABLE outbox (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    organisation TEXT COLLATE "C" NOT NULL,
    focus TEXT COLLATE "C" NOT NULL,
    due BIGINT NOT NULL,
    attempts BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (due, id);
