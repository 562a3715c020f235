-- 1 broadcast, 2 last, 3 recipients
INSERT INTO broadcast_list (broadcast, last, recipients) VALUES (?1, ?2, ?3);
