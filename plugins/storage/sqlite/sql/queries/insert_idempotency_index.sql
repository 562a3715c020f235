-- 1 hash, 2 number. After a restart some records are moved again.
INSERT OR IGNORE INTO idempotency_index (hash, number) VALUES (?1, ?2);
