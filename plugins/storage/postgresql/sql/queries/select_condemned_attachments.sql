-- 1 limit; attachment_idle
SELECT id FROM attachment WHERE is_condemned ORDER BY created_at LIMIT $1;
