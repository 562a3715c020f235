-- 1 name, 2 after, 3 limit; primary key
SELECT recipient FROM group_member
WHERE group_number = (SELECT number FROM recipient_group WHERE name = $1) AND recipient > $2
ORDER BY recipient LIMIT $3;
