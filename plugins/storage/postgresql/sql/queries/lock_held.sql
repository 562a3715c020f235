-- Locks what holders hold, so that who names one of them meanwhile waits, and the next statement sees those who came before.
-- 1 holders; primary keys
SELECT a.id FROM attachment a
WHERE a.id IN (SELECT h.attachment FROM attachment_holder h WHERE h.holder = ANY ($1::uuid[]))
ORDER BY a.id FOR UPDATE;
