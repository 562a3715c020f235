-- 1 number
DELETE FROM recipient_group WHERE number = $1;
