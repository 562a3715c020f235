-- Keys of unfinished older messages. 1 recipient, 2 collapse_key, 3 key of the newer one; primary key
SELECT key FROM collapse WHERE recipient = ?1 AND collapse_key = ?2 AND key < ?3 ORDER BY key;
