-- 1 recipient, 2 collapse_key, 3 key
INSERT INTO collapse VALUES (?1, ?2, ?3);
