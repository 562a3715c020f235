-- 1 group, 2 recipient
INSERT OR IGNORE INTO group_member (group_number, recipient) VALUES (?1, ?2);
