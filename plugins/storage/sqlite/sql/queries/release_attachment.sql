-- One holder less; with the last one it is condemned. 1 number
UPDATE attachment SET is_condemned = (holders = 1), holders = holders - 1 WHERE number = ?1;
