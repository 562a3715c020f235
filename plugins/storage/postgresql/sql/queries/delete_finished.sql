-- 1 ids; primary key
DELETE FROM finished WHERE id = ANY ($1::uuid[]);
