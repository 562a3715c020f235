-- 1 recipient; queue_recipient
SELECT count(*) FROM queue WHERE recipient = $1;
