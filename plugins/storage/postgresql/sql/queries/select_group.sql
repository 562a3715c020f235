-- 1 name
SELECT members FROM recipient_group WHERE name = $1;
