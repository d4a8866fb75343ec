-- What near-duplicates are found by. A text is a body that one or more articles have; it is named
-- by its hash and numbered in the order in which texts came.
CREATE TABLE ops.texts (
    text_id UUID NOT NULL,             -- the body_hash of its articles
    number INTEGER NOT NULL,
    shingles INTEGER NOT NULL,         -- different sequences of three words in it
    day INTEGER NOT NULL               -- of its publication (or first sight), since 1970
);

-- The sampled hashes of its shingles, sorted within each batch.
CREATE TABLE ops.shingles (
    hash BIGINT NOT NULL,              -- 32 bits of it
    number INTEGER NOT NULL,
    day INTEGER NOT NULL               -- lets a look-up skip what is long ago
);

-- Which text stands in which other.
CREATE TABLE ops.links (
    smaller UUID NOT NULL,
    larger UUID NOT NULL,
    kind VARCHAR NOT NULL,             -- near, declared
    covered DOUBLE NOT NULL,           -- share of the smaller one that stands in the larger one
    share DOUBLE NOT NULL,             -- the part of the larger one that this is
    passage VARCHAR NOT NULL           -- the longest in common
);
