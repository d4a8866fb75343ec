-- What each day of a source should have and what is stored of it: a row a day that a backfill asked
-- for. `missing` is what a later backfill of the same days asks for again; where `trouble` is not
-- NULL, a list could not be read, and more may have come out than is `expected`.
CREATE OR REPLACE VIEW coverage AS
WITH named AS (
    SELECT
        listings.source_id, listings.day,
        count(*) AS expected,
        count(*) FILTER (candidates.fate = 'stored') AS found,
        count(*) FILTER (candidates.fate IN ('rejected', 'gone', 'forgotten')) AS refused
    FROM ops.listings
    LEFT JOIN ops.candidates ON candidates.canonical_url = listings.canonical_url
    GROUP BY ALL
)
SELECT
    surveys.source_id,
    surveys.day,
    coalesce(named.expected, 0) AS expected,
    coalesce(named.found, 0) AS found,
    coalesce(named.refused, 0) AS refused,
    coalesce(named.expected - named.found - named.refused, 0) AS missing,
    surveys.asked_at,
    surveys.reason AS trouble
FROM ops.surveys
LEFT JOIN named ON named.source_id = surveys.source_id AND named.day = surveys.day;
