-- 1 holder, 2 attachment
INSERT INTO attachment_holder VALUES (?1, ?2) ON CONFLICT DO NOTHING;
