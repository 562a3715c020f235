-- Makes items of all that match, first death first. 13 job, 14 limit; dead_letter_died
INSERT INTO job_item (job, number, id, refusal)
SELECT $13::bigint, row_number() OVER (ORDER BY s.died_at, s.id) - 1, s.id, 0
FROM (SELECT d.died_at, d.id FROM dead_letter d WHERE @dead_letter_filter@ ORDER BY d.died_at, d.id LIMIT $14) s;
