-- 1 bytes more, or less
UPDATE attachment_total SET size = size + $1 RETURNING size;
