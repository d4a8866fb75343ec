-- Articles a day, source and language; the day is the publisher's own.
CREATE OR REPLACE VIEW daily_coverage AS
SELECT
    published_on AS day,
    source_id,
    language,
    count(*) AS articles,
    count(*) FILTER (duplicate_of IS NULL) AS unique_articles,
    sum(word_count)::BIGINT AS words
FROM articles
GROUP BY ALL;
