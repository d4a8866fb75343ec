-- Articles that were first seen more than a day after their publication. Of those that say no more
-- than the day, the day's end counts.
CREATE OR REPLACE VIEW late_arrivals AS
SELECT
    article_id, url, source_id, publisher, title, published_at, first_seen_at,
    first_seen_at - published_at
        - CASE WHEN published_precision = 'day' THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END
        AS late_by
FROM articles
WHERE published_at IS NOT NULL AND late_by > INTERVAL 1 DAY;
