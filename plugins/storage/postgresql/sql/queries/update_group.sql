-- 1 number, 2 members
UPDATE recipient_group SET members = $2 WHERE number = $1;
