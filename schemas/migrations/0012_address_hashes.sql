-- What addresses are looked up by: comparing numbers takes a fifth of the time of comparing texts.
-- No row is without them, but a lake takes NOT NULL for no column that is added.
ALTER TABLE fetches ADD COLUMN url_hash BIGINT;
ALTER TABLE fetches ADD COLUMN requested_url_hash BIGINT;
ALTER TABLE ops.candidates ADD COLUMN url_hash BIGINT;
UPDATE fetches SET url_hash = (md5_number_lower(url) >> 1)::BIGINT,
    requested_url_hash = (md5_number_lower(requested_url) >> 1)::BIGINT;
UPDATE ops.candidates SET url_hash = (md5_number_lower(url) >> 1)::BIGINT;
