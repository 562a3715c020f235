-- 1 broadcast, 2 the highest of each row, 3 rows (each an array as text)
INSERT INTO broadcast_list (broadcast, last, recipients)
SELECT $1::uuid, g.last, g.recipients::bigint[] FROM unnest($2::bigint[], $3::text[]) AS g (last, recipients);
