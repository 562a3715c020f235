-- 1 ids; primary key
UPDATE attachment SET is_held = true WHERE id = ANY ($1::text[]) AND NOT is_held;
