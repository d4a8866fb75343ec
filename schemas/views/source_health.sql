-- How each source is doing: what it gave, what was refused, and since when it is quiet.
CREATE OR REPLACE VIEW source_health AS
WITH fates AS (
    SELECT
        source_id,
        count(*) AS discovered,
        count(*) FILTER (fate = 'stored') AS stored,
        count(*) FILTER (fate = 'rejected') AS rejected,
        count(*) FILTER (fate = 'failed') AS failed,
        count(*) FILTER (fate = 'waiting') AS waiting,
        mode(reason ORDER BY reason) FILTER (reason IS NOT NULL) AS commonest_reason
    FROM ops.candidates
    GROUP BY source_id
),
kept AS (
    SELECT
        source_id,
        count(*) AS articles,
        count(*) FILTER (duplicate_of IS NOT NULL) AS duplicates,
        count(*) FILTER (published_on IS NULL) AS undated,
        median(word_count) AS median_words,
        max(published_at) AS last_published_at,
        max(first_seen_at) AS last_new_at
    FROM articles
    GROUP BY source_id
)
SELECT
    sources.source_id,
    sources.publisher,
    coalesce(kept.articles, 0) AS articles,
    coalesce(kept.duplicates, 0) AS duplicates,
    coalesce(kept.undated, 0) AS undated,
    kept.median_words,
    coalesce(fates.discovered, 0) AS discovered,
    coalesce(fates.stored, 0) AS stored,
    coalesce(fates.rejected, 0) AS rejected,
    coalesce(fates.failed, 0) AS failed,
    coalesce(fates.waiting, 0) AS waiting,
    fates.commonest_reason,
    kept.last_published_at,
    kept.last_new_at,
    sources.last_used_at,
    (polls.rhythm->>'polled_at')::TIMESTAMPTZ AS polled_at,
    polls.next_at AS due_at,
    polls.failing_since,
    polls.reason AS failing_reason,
    polls.detail AS failing_detail
FROM sources
LEFT JOIN fates USING (source_id)
LEFT JOIN kept USING (source_id)
LEFT JOIN ops.polls AS polls USING (source_id);
