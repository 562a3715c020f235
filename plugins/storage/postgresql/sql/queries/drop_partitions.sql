-- What has to stay goes to the default partitions, the rest goes. The tables are locked by detach_partitions.
CREATE TEMPORARY TABLE kept ON COMMIT DROP AS
SELECT q.id FROM queue q WHERE q.id >= '%from%' AND q.id < '%to%'
UNION ALL
SELECT d.id FROM dead_letter d WHERE d.id >= '%from%' AND d.id < '%to%' AND d.died_at >= %dead_before%
UNION ALL
SELECT f.id FROM finished_%day% f WHERE f.delivered_at >= %delivered_before%;
DELETE FROM dead_letter d WHERE d.id >= '%from%' AND d.id < '%to%' AND d.died_at < %dead_before%;
ALTER TABLE message DETACH PARTITION message_%day%;
ALTER TABLE finished DETACH PARTITION finished_%day%;
INSERT INTO message SELECT m.* FROM message_%day% m JOIN kept k ON k.id = m.id;
INSERT INTO finished SELECT f.* FROM finished_%day% f JOIN kept k ON k.id = f.id;
DROP TABLE message_%day%, finished_%day%;
