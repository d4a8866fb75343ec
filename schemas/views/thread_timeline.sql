-- The articles of each thread in the order of their publication, undated ones last.
CREATE OR REPLACE VIEW thread_timeline AS
SELECT
    threads.thread_id, threads.label AS thread, stories.story_id, stories.label AS story,
    articles.published_at, articles.published_on, articles.publisher, articles.title,
    articles.url, articles.article_id, articles.duplicate_of
FROM threads
JOIN stories ON stories.thread_id = threads.thread_id
JOIN articles ON articles.story_id = stories.story_id
ORDER BY threads.thread_id, articles.published_at NULLS LAST, articles.article_id;
