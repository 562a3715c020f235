-- 1 ids; primary key
SELECT id FROM attachment WHERE id = ANY ($1::text[]);
