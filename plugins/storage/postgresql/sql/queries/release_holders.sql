-- Messages or broadcasts let go what they hold beside what they keep; what nobody else holds is condemned. After lock_held.
-- 1 holders, 2 attachments that are kept; primary keys and attachment_holder_attachment
WITH gone AS (
    DELETE FROM attachment_holder h
    WHERE h.holder = ANY ($1::uuid[]) AND h.attachment <> ALL ($2::text[])
    RETURNING h.attachment
)
UPDATE attachment a SET is_condemned = true
WHERE a.id IN (SELECT attachment FROM gone)
    AND NOT EXISTS (
        SELECT 1 FROM attachment_holder h WHERE h.attachment = a.id AND h.holder <> ALL ($1::uuid[]));
