-- What archived documents are by later extraction: a row where that is another text than before.
CREATE TABLE ops.rereadings (
    document_id UUID NOT NULL,
    article_id UUID NOT NULL,
    reread_at TIMESTAMPTZ NOT NULL,
    content_hash UUID NOT NULL,
    body_hash UUID NOT NULL,
    title VARCHAR,
    body VARCHAR NOT NULL,             -- a later capture may make a version of it
    run_id UUID NOT NULL
);
