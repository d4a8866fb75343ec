-- One article for each group of duplicates: the one that stands for it.
CREATE OR REPLACE VIEW unique_articles AS
SELECT * FROM articles WHERE duplicate_of IS NULL;
