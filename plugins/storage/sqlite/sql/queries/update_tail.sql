-- 1 watermark, 2 target, 3 version
UPDATE queue_tail SET watermark = ?1, target = ?2, version = ?3;
