-- 1 name
SELECT number, members FROM recipient_group WHERE name = $1 FOR UPDATE;
