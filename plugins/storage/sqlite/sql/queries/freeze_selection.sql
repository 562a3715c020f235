-- Makes items of all that match, first death first. 13 job, 14 limit; dead_letter_died
INSERT INTO job_item (job, number, key, refusal)
SELECT ?13, row_number() OVER (ORDER BY d.died_at, d.key) - 1, d.key, 0
FROM dead_letter d
WHERE @filter@
ORDER BY d.died_at, d.key LIMIT ?14;
