-- 1 holders, 2 attachments
INSERT INTO attachment_holder SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT DO NOTHING;
