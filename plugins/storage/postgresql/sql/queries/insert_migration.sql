-- 1 number, 2 name, 3 checksum, 4 time
INSERT INTO schema_migration VALUES ($1, $2, $3, $4);
