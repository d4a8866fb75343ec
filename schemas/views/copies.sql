-- Who published first and who copied: each article that repeats another, beside that one.
CREATE OR REPLACE VIEW copies AS
SELECT
    original.publisher AS original_publisher,
    original.title AS original_title,
    original.published_at AS original_published_at,
    copy.publisher AS copied_by,
    copy.title AS copied_title,
    copy.published_at AS copied_published_at,
    copy.published_at - original.published_at AS delay,
    duplicates.kind, duplicates.similarity, duplicates.evidence,
    original.url AS original_url,
    copy.url AS copied_url,
    original.article_id AS original_id,
    copy.article_id AS copy_id
FROM duplicates
JOIN articles AS copy ON copy.article_id = duplicates.article_id
JOIN articles AS original ON original.article_id = duplicates.duplicate_of;
