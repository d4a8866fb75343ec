-- Stories (one event, days) and threads (a running matter, months and years).

CREATE TABLE stories (
    story_id UUID NOT NULL,
    thread_id UUID,
    label VARCHAR NOT NULL,
    keywords VARCHAR[] NOT NULL,
    first_published_at TIMESTAMPTZ,
    last_published_at TIMESTAMPTZ,
    article_count INTEGER NOT NULL,
    publisher_count INTEGER NOT NULL
);

CREATE TABLE threads (
    thread_id UUID NOT NULL,
    label VARCHAR NOT NULL,
    keywords VARCHAR[] NOT NULL,
    first_published_at TIMESTAMPTZ,
    last_published_at TIMESTAMPTZ,
    story_count INTEGER NOT NULL,
    article_count INTEGER NOT NULL
);

ALTER TABLE articles ADD COLUMN story_id UUID;

-- What was taken down, so that it never comes back.
CREATE TABLE ops.tombstones (
    kind VARCHAR NOT NULL,             -- url, domain, source
    value VARCHAR NOT NULL,
    forgotten_at TIMESTAMPTZ NOT NULL
);
