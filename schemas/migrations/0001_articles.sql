-- What people query lives in schema main, what the machinery needs for itself in ops.
-- No primary keys and no unique indexes: they cost memory and load time, and DuckLake has
-- none. MERGE keeps rows unique; `newswell doctor` proves it.

CREATE TABLE articles (
    article_id UUID NOT NULL,          -- UUIDv5 of the (first) canonical address
    url VARCHAR NOT NULL,
    requested_url VARCHAR NOT NULL,
    canonical_url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    publisher VARCHAR,
    title VARCHAR,
    description VARCHAR,
    authors VARCHAR[] NOT NULL,
    published_at TIMESTAMPTZ,
    published_on DATE,                 -- the publisher's own calendar day
    published_precision VARCHAR,       -- second, minute, day
    modified_at TIMESTAMPTZ,
    language VARCHAR,                  -- BCP 47
    section VARCHAR,
    keywords VARCHAR[] NOT NULL,
    image_url VARCHAR,
    caption VARCHAR,
    dateline VARCHAR,
    body VARCHAR NOT NULL,
    word_count INTEGER NOT NULL,
    duplicate_of UUID,                 -- NULL: the one that stands for its group
    version INTEGER NOT NULL,
    status VARCHAR NOT NULL,           -- live, gone
    is_free BOOLEAN,                   -- the publisher's claim
    declared_original VARCHAR,         -- a canonical link that leads to another site
    flags VARCHAR[] NOT NULL,
    provenance JSON NOT NULL,          -- field -> where its value came from
    extra JSON NOT NULL,               -- fields of the input that have no column
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    content_changed_at TIMESTAMPTZ NOT NULL,
    document_id UUID NOT NULL
);

CREATE TABLE article_versions (
    article_id UUID NOT NULL,
    version INTEGER NOT NULL,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_to TIMESTAMPTZ,              -- NULL: the version of today
    title VARCHAR,
    body VARCHAR NOT NULL,
    change VARCHAR,                    -- headline, correction, minor, update; NULL for the first
    document_id UUID NOT NULL,
    content_hash UUID NOT NULL,        -- of title and body, blind to case, punctuation, spaces
    body_hash UUID NOT NULL
);

CREATE TABLE duplicates (
    article_id UUID NOT NULL,
    duplicate_of UUID NOT NULL,
    kind VARCHAR NOT NULL,             -- exact, near, declared
    similarity DOUBLE NOT NULL,
    evidence VARCHAR NOT NULL,
    decided_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE rejects (
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    document_id UUID,
    run_id UUID NOT NULL,
    rejected_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sources (
    source_id VARCHAR NOT NULL,
    publisher VARCHAR,
    language VARCHAR,
    config JSON NOT NULL,              -- as configured; {} for a name given on the command line
    first_used_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE runs (
    run_id UUID NOT NULL,
    kind VARCHAR NOT NULL,             -- load, ingest, backfill, reextract
    status VARCHAR NOT NULL,           -- running, done, interrupted
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    discovered BIGINT NOT NULL,
    stored BIGINT NOT NULL,
    new_versions BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,        -- stored too, and counted apart
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    seconds DOUBLE NOT NULL,
    reasons JSON NOT NULL,             -- reason -> how many were rejected or failed for it
    parameters JSON NOT NULL
);

-- One row a document that became (part of) an article: what was read, when, and where its
-- bytes are. An article's versions are the runs of equal content along its fetches.
CREATE TABLE fetches (
    document_id UUID NOT NULL,
    article_id UUID NOT NULL,
    run_id UUID NOT NULL,
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    requested_url VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,             -- html, text, record
    seen_at TIMESTAMPTZ NOT NULL,
    captured_at TIMESTAMPTZ,           -- NULL for files: nobody knows
    status_code INTEGER,
    content_type VARCHAR,
    bytes BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    content_hash UUID NOT NULL,
    body_hash UUID NOT NULL,
    archive_file VARCHAR,
    archive_offset BIGINT
);

CREATE SCHEMA IF NOT EXISTS ops;

-- Every URL or file ever discovered, and what became of it.
CREATE TABLE ops.candidates (
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    fate VARCHAR NOT NULL,             -- stored, rejected, failed, waiting, gone, forgotten
    reason VARCHAR,                    -- NULL only for stored
    article_id UUID,
    document_id UUID,
    discovered_at TIMESTAMPTZ NOT NULL,
    since TIMESTAMPTZ NOT NULL         -- when this fate was decided
);

-- The current content of each article, small enough to be searched for equals.
CREATE TABLE ops.fingerprints (
    article_id UUID NOT NULL,
    content_hash UUID NOT NULL,
    body_hash UUID NOT NULL
);
