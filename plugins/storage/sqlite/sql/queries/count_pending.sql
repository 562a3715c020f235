-- 1 recipient; primary key of queue
SELECT count(*) FROM queue WHERE recipient = ?1;
