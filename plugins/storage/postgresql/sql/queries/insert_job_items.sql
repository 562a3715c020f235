-- 1 job, 2 ids in order
INSERT INTO job_item (job, number, id, refusal)
SELECT $1::bigint, s.number - 1, s.id, 0 FROM unnest($2::uuid[]) WITH ORDINALITY AS s (id, number);
