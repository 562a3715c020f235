-- 1 group, 2 recipient
DELETE FROM group_member WHERE group_number = $1 AND recipient = $2;
