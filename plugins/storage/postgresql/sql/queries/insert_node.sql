-- 1 name
INSERT INTO node (name) VALUES ($1) ON CONFLICT (name) DO NOTHING;
