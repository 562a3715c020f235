-- 1 number, 2 name
INSERT INTO node VALUES (?1, ?2);
