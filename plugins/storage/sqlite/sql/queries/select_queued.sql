-- Whether queue holds a message. 1 recipient, 2 rank, 3 key; primary key
SELECT 1 FROM queue WHERE recipient = ?1 AND rank = ?2 AND key = ?3;
