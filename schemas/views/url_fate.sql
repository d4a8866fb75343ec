-- Every URL or file ever discovered, and its one fate.
CREATE OR REPLACE VIEW url_fate AS
SELECT url, source_id, fate, reason, since FROM ops.candidates;
