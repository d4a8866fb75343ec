-- What each source gave to each run, and how long it took from its first page to its last.
CREATE OR REPLACE VIEW run_sources AS
WITH pages AS (
    SELECT run_id, source_id, count(*) AS pages, sum(bytes)::BIGINT AS bytes,
        date_diff('millisecond', min(seen_at), max(seen_at)) / 1000 AS seconds
    FROM fetches
    GROUP BY run_id, source_id
),
refused AS (
    SELECT run_id, source_id, count(*) AS refused, mode(reason ORDER BY reason) AS commonest_reason
    FROM rejects
    GROUP BY run_id, source_id
)
SELECT
    run_id, source_id,
    coalesce(pages.pages, 0) AS pages,
    coalesce(refused.refused, 0) AS refused,
    refused.commonest_reason,
    coalesce(pages.bytes, 0) AS bytes,
    coalesce(pages.seconds, 0) AS seconds
FROM pages
FULL JOIN refused USING (run_id, source_id);
