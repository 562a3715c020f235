-- 1 id; unique index
SELECT api_key_id, created_at, size, digest, name, content_type FROM attachment WHERE id = ?1 AND is_condemned = 0;
