-- 1 number
DELETE FROM attachment WHERE number = ?1;
