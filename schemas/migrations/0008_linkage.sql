-- What stories and threads are made of. All of it follows from the articles, and is made anew
-- by `newswell doctor --repair`.

-- The heaviest terms of each article that stands for itself, as numbers (CRC-32 of the term, by
-- two), the heaviest first.
CREATE TABLE ops.article_terms (
    article_id UUID NOT NULL,
    content_hash UUID NOT NULL,        -- of the text that they were taken from
    language VARCHAR NOT NULL,         -- only articles of one language are compared
    published_on DATE,
    seen_on DATE NOT NULL,
    foremost INTEGER[] NOT NULL,        -- those that others are found by
    terms INTEGER[] NOT NULL,
    weights INTEGER[] NOT NULL,        -- in 255ths of the heaviest's
    names INTEGER[] NOT NULL           -- those that are names
);

-- Articles that are near each other, the lower id first.
CREATE TABLE ops.article_links (
    one UUID NOT NULL,
    two UUID NOT NULL,
    similarity DOUBLE NOT NULL
);

-- The names in each story, and the stories that share enough of them.
CREATE TABLE ops.story_terms (
    story_id UUID NOT NULL,
    language VARCHAR NOT NULL,
    foremost INTEGER[] NOT NULL,
    terms INTEGER[] NOT NULL,
    weights INTEGER[] NOT NULL
);

CREATE TABLE ops.story_links (
    one UUID NOT NULL,
    two UUID NOT NULL,
    similarity DOUBLE NOT NULL
);

-- Where ids of stories and threads lead that are no more, or whose articles are elsewhere too.
CREATE TABLE story_ids (
    kind VARCHAR NOT NULL,             -- story, thread
    former_id UUID NOT NULL,
    current_id UUID NOT NULL,
    change VARCHAR NOT NULL,           -- merged, split, renamed
    changed_at TIMESTAMPTZ NOT NULL
);
