-- The articles as they were at a moment, with the text that they had then; those that were first
-- seen later are not among them. Only title and body have versions: the other columns are today's.
CREATE OR REPLACE MACRO articles_as_of(moment) AS TABLE
SELECT articles.* REPLACE (
    versions.title AS title,
    versions.body AS body,
    versions.version AS version,
    versions.document_id AS document_id,
    versions.valid_from AS content_changed_at,
    CASE WHEN versions.valid_to IS NULL THEN articles.word_count END AS word_count
)
FROM articles
JOIN article_versions AS versions ON versions.article_id = articles.article_id
WHERE versions.valid_from <= moment::TIMESTAMPTZ
    AND (versions.valid_to IS NULL OR versions.valid_to > moment::TIMESTAMPTZ);
