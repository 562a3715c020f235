-- 1 time, 2 actor, 3 address, 4 action, 5 detail, 6 count, 7 job, 8 result
INSERT INTO audit (time, actor, address, action, detail, count, job, result)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id;
