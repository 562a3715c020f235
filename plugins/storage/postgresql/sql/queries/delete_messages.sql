-- 1 ids; primary key
DELETE FROM message WHERE id = ANY ($1::uuid[]);
