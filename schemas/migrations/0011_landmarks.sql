-- One hash in eight, by which a text is found for more than a year; by the others it is for some
-- weeks. So a look-up reads little of what is long ago.
CREATE TABLE ops.landmarks (
    hash BIGINT NOT NULL,              -- below 2^29
    number INTEGER NOT NULL,
    day INTEGER NOT NULL
);
INSERT INTO ops.landmarks SELECT * FROM ops.shingles WHERE hash < 536870912 ORDER BY number, hash;
DELETE FROM ops.shingles WHERE hash < 536870912;
