-- How far each web archive was read: a backfill that is killed goes on there.
CREATE TABLE ops.progress (
    mark VARCHAR NOT NULL,             -- of the file's first bytes: it may be moved, and may grow
    source_id VARCHAR NOT NULL,
    path VARCHAR NOT NULL,             -- where it was read last
    size BIGINT NOT NULL,              -- what it had then
    position BIGINT NOT NULL,          -- every page before this byte is stored or refused
    before VARCHAR NOT NULL,           -- mark of the bytes before it: another file has others
    is_done BOOLEAN NOT NULL,          -- it was read to its end
    run_id UUID NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
