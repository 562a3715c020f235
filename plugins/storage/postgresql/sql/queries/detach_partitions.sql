-- Nobody looks at a day any more. Waits for those who do, and not for long: everybody else waits behind.
SET LOCAL lock_timeout = '2s';
SELECT pg_advisory_xact_lock(7526752014);
LOCK TABLE message, finished IN ACCESS EXCLUSIVE MODE;
UPDATE highest SET id = m.id FROM (SELECT id FROM message_%day% ORDER BY id DESC LIMIT 1) m WHERE m.id > highest.id;
