-- What each source gives lately beside its own last 30 days, as of the last run: a row for each
-- measure. Lately is its last twenty pages, of a week at most; `usual` is NULL where there is nothing
-- before. `surprise` is the difference in standard errors (the z of two proportions, of two means of
-- logarithms for words).
CREATE OR REPLACE VIEW source_drift AS
WITH latest AS (SELECT max(started_at) AS moment FROM runs),
judged AS (
    SELECT source_id, first_seen_at AS seen_at, word_count,
        published_on IS NULL AS is_undated, duplicate_of IS NOT NULL AS is_duplicate
    FROM articles
    -- what lies far behind was brought by a backfill, and tells nothing of today's pages
    WHERE published_on IS NULL OR published_on >= first_seen_at::DATE - 30
    UNION ALL
    SELECT source_id, min(rejected_at), NULL, NULL, NULL
    FROM rejects
    WHERE stage = 'extract'
    GROUP BY source_id, url
),
ranked AS (
    SELECT judged.*,
        row_number() OVER (PARTITION BY source_id ORDER BY seen_at DESC) <= 20
            AND seen_at > latest.moment - INTERVAL 7 DAY AS is_recent
    FROM judged
    CROSS JOIN latest
    WHERE seen_at > latest.moment - INTERVAL 30 DAY
),
figures AS (
    SELECT
        source_id,
        count(*) FILTER (is_recent) AS pages,
        count(*) FILTER (NOT is_recent) AS old_pages,
        count(word_count) FILTER (is_recent) AS articles,
        count(word_count) FILTER (NOT is_recent) AS old_articles,
        count(*) FILTER (is_recent AND is_undated) AS undated,
        count(*) FILTER (NOT is_recent AND is_undated) AS old_undated,
        count(*) FILTER (is_recent AND is_duplicate) AS duplicates,
        count(*) FILTER (NOT is_recent AND is_duplicate) AS old_duplicates,
        avg(ln(word_count + 1)) FILTER (is_recent) AS length,
        avg(ln(word_count + 1)) FILTER (NOT is_recent) AS old_length,
        stddev_samp(ln(word_count + 1)) FILTER (NOT is_recent) AS old_spread
    FROM ranked
    GROUP BY source_id
),
shares AS (
    SELECT source_id, 'yield' AS measure, articles AS found, pages AS seen,
        old_articles AS old_found, old_pages AS old_seen FROM figures
    UNION ALL
    SELECT source_id, 'undated', undated, articles, old_undated, old_articles FROM figures
    UNION ALL
    SELECT source_id, 'duplicates', duplicates, articles, old_duplicates, old_articles FROM figures
)
SELECT
    source_id, measure,
    round(old_found / nullif(old_seen, 0), 3) AS usual,
    round(found / seen, 3) AS recent,
    old_seen AS usual_count,
    seen AS recent_count,
    -- one hit and one miss are added (Laplace): what never happened is no certainty
    round((found / seen - old_found / nullif(old_seen, 0)) / sqrt(
        (old_found + 1) / (old_seen + 2) * (1 - (old_found + 1) / (old_seen + 2))
        * (1 / seen + 1 / nullif(old_seen, 0))
    ), 1) AS surprise
FROM shares
WHERE seen > 0
UNION ALL
SELECT
    source_id, 'words', round(exp(old_length) - 1), round(exp(length) - 1), old_articles, articles,
    -- articles that are all of one length would make any other one a wonder
    round((length - old_length) / (greatest(coalesce(old_spread, 0), 0.1)
        * sqrt(1 / articles + 1 / nullif(old_articles, 0))), 1)
FROM figures
WHERE articles > 0;
