-- 1 group, 2 recipients
INSERT INTO group_member SELECT $1::bigint, r FROM unnest($2::bigint[]) r ON CONFLICT DO NOTHING;
