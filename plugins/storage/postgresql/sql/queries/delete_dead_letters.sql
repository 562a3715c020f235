-- 1 ids; primary key
DELETE FROM dead_letter WHERE id = ANY ($1::uuid[]);
