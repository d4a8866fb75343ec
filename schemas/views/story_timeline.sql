-- The articles of each story in the order of their publication, undated ones last.
CREATE OR REPLACE VIEW story_timeline AS
SELECT
    stories.story_id, stories.thread_id, stories.label,
    articles.published_at, articles.published_on, articles.publisher, articles.title,
    articles.url, articles.article_id, articles.duplicate_of
FROM stories
JOIN articles ON articles.story_id = stories.story_id
ORDER BY stories.story_id, articles.published_at NULLS LAST, articles.article_id;
