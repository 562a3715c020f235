-- 1 ids; primary key
DELETE FROM queue WHERE id = ANY ($1::uuid[]);
