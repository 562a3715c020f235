-- One more holder. 1 number
UPDATE attachment SET holders = holders + 1 WHERE number = ?1;
