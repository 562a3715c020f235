-- Attachments that only dropped messages hold are let go. Parameters as of kept_messages; primary key of attachment_holder
WITH gone AS (
    DELETE FROM attachment_holder h
    WHERE h.holder >= $1 AND h.holder < $2 AND h.holder NOT IN (@kept_messages@)
        AND NOT EXISTS (SELECT 1 FROM broadcast b WHERE b.id = h.holder)
    RETURNING h.holder, h.attachment
)
UPDATE attachment a SET is_condemned = true
WHERE a.id IN (SELECT attachment FROM gone)
    AND NOT EXISTS (
        SELECT 1 FROM attachment_holder h
        WHERE h.attachment = a.id AND (h.holder, h.attachment) NOT IN (SELECT holder, attachment FROM gone));
