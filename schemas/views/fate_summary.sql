-- What was found, and what became of it: addresses by source, fate and reason.
CREATE OR REPLACE VIEW fate_summary AS
SELECT
    source_id, fate, reason,
    count(*) AS addresses,
    min(since) AS first_since,
    max(since) AS last_since
FROM ops.candidates
GROUP BY ALL;
