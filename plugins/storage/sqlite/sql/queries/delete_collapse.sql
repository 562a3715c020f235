-- 1 recipient, 2 collapse_key, 3 key; primary key
DELETE FROM collapse WHERE recipient = ?1 AND collapse_key = ?2 AND key = ?3;
