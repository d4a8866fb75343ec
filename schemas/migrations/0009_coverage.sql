-- What sitemaps and archive pages named for each day of a source, beside what is stored of it.
CREATE TABLE ops.surveys (
    source_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,     -- when its lists were read last
    reason VARCHAR,                    -- why one of them could not be: more may have come out
    detail VARCHAR
);

CREATE TABLE ops.listings (
    source_id VARCHAR NOT NULL,
    day DATE NOT NULL,
    canonical_url VARCHAR NOT NULL
);
