-- Paragraphs that a publisher repeats under article after article: its template's, not theirs.
CREATE TABLE boilerplate (
    publisher VARCHAR NOT NULL,
    paragraph VARCHAR NOT NULL,        -- as it stands in the bodies, white space aside
    articles INTEGER NOT NULL,         -- matters it stood under, of the publisher's latest articles
    first_seen_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    learned_at TIMESTAMPTZ NOT NULL    -- from then on it is cut
);

-- How many articles a publisher had when its paragraphs were counted last.
CREATE TABLE ops.learning (
    publisher VARCHAR NOT NULL,
    articles INTEGER NOT NULL,
    learned_at TIMESTAMPTZ NOT NULL
);
