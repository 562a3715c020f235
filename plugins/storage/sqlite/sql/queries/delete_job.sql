-- 1 id
DELETE FROM job WHERE id = ?1;
