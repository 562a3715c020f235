-- 1 job, 2 numbers, 3 refusals; primary key
UPDATE job_item i SET refusal = g.refusal
FROM unnest($2::bigint[], $3::smallint[]) AS g (number, refusal)
WHERE i.job = $1 AND i.number = g.number;
