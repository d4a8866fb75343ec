-- Which source went quiet, as of the last run: one that published nothing for three times as long
-- as nine in ten of its pauses are, and for a day at least. Days are the publishers' own.
CREATE OR REPLACE VIEW quiet_sources AS
WITH days AS (
    SELECT DISTINCT source_id, published_on FROM articles WHERE published_on IS NOT NULL
),
pauses AS (
    SELECT
        source_id, published_on,
        published_on - lag(published_on) OVER (PARTITION BY source_id ORDER BY published_on) AS pause
    FROM days
),
rhythms AS (
    SELECT
        source_id,
        max(published_on) AS last_published_on,
        quantile_cont(pause, 0.9) AS usual_pause_days
    FROM pauses
    GROUP BY source_id
)
SELECT
    sources.source_id,
    sources.publisher,
    rhythms.last_published_on,
    round(rhythms.usual_pause_days, 1) AS usual_pause_days,
    latest.day - rhythms.last_published_on AS quiet_days,
    -- a source of one day has no rhythm yet
    rhythms.usual_pause_days IS NOT NULL
        AND quiet_days > greatest(3 * rhythms.usual_pause_days, 1) AS is_quiet
FROM sources
LEFT JOIN rhythms USING (source_id)
CROSS JOIN (SELECT max(started_at)::DATE AS day FROM runs) AS latest;
