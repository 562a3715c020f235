-- Gives the bytes that are free now. 1 ids; primary key
WITH gone AS (DELETE FROM attachment WHERE id = ANY ($1::text[]) AND is_condemned RETURNING size)
SELECT coalesce(sum(size), 0)::bigint FROM gone;
