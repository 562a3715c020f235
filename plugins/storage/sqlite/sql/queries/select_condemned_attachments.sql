-- 1 limit; attachment_idle
SELECT id FROM attachment WHERE holders = 0 AND is_condemned = 1 ORDER BY created_at LIMIT ?1;
