-- Whether the sweeper has work. 1 now; queue_expiry, queue_due
SELECT EXISTS (SELECT 1 FROM queue WHERE expires_at <= $1) OR EXISTS (SELECT 1 FROM queue WHERE due_at <= $1);
