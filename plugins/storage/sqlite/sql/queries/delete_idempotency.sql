-- 1 number
DELETE FROM idempotency WHERE number = ?1;
