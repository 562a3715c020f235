-- Those that nobody ever held. 1 time, 2 limit; attachment_idle
UPDATE attachment SET is_condemned = 1 WHERE number IN (
    SELECT number FROM attachment WHERE holders = 0 AND is_condemned = 0 AND created_at < ?1 LIMIT ?2);
