-- What publishers changed after publication: each version but the first, beside the one before.
CREATE OR REPLACE VIEW edits AS
WITH steps AS (
    SELECT
        article_id, version, valid_from, change, title, body,
        lag(title) OVER earlier AS old_title,
        lag(body) OVER earlier AS old_body
    FROM article_versions
    WINDOW earlier AS (PARTITION BY article_id ORDER BY version)
)
SELECT
    steps.article_id, articles.url, articles.source_id, articles.publisher,
    steps.version, steps.valid_from AS changed_at, steps.change,
    steps.old_title, steps.title, steps.old_body, steps.body
FROM steps
JOIN articles ON articles.article_id = steps.article_id
WHERE steps.version > 1 AND steps.change <> 'reextracted';
