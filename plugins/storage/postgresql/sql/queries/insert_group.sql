-- 1 name
INSERT INTO recipient_group (name, members) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING;
