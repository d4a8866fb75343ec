-- The frontier: when each discovered address is due, and what is remembered of servers.

ALTER TABLE ops.candidates ADD COLUMN canonical_url VARCHAR;   -- NULL for local files
ALTER TABLE ops.candidates ADD COLUMN hints JSON;              -- what the feed said of it
ALTER TABLE ops.candidates ADD COLUMN attempts INTEGER;        -- failures since the last answer
ALTER TABLE ops.candidates ADD COLUMN looks INTEGER;           -- answers so far
ALTER TABLE ops.candidates ADD COLUMN next_at TIMESTAMPTZ;     -- NULL: not to be asked again
ALTER TABLE ops.candidates ADD COLUMN validators JSON;         -- for a conditional request

-- One row a feed or sitemap that was asked for.
CREATE TABLE ops.feeds (
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    validators JSON,
    moved JSON,                        -- permanent redirects seen in a row
    fetched_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR,                    -- why the last answer was of no use
    detail VARCHAR
);

-- One row a source: when it is due, and what the rhythm is decided from.
CREATE TABLE ops.polls (
    source_id VARCHAR NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    rhythm JSON NOT NULL,
    failing_since TIMESTAMPTZ,
    reason VARCHAR,
    detail VARCHAR
);

CREATE TABLE ops.robots (
    origin VARCHAR NOT NULL,
    file JSON NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
