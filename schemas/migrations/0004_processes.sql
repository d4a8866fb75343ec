-- The process that does each run, so that a run whose process died is told from one that goes on.
CREATE TABLE ops.processes (
    run_id UUID NOT NULL,
    host VARCHAR NOT NULL,
    pid BIGINT NOT NULL,
    born_at TIMESTAMPTZ NOT NULL,      -- numbers of processes are used again: with this they are not
    alive_at TIMESTAMPTZ NOT NULL      -- a process of another machine is believed for a while after
);
