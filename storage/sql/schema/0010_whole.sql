-- Which records are whole: all that came of them is stored, scans too. A receipt alone does not say so, because it
-- is written before the scans. Not a column of receipts: there the row with the highest `stored` stays, and a record
-- that was finished the second time would lose its mark in a merge.
CREATE TABLE IF NOT EXISTS ${database}.whole (
    log ${short_text},
    partition UInt32,
    offset UInt64
) ENGINE = ReplacingMergeTree
ORDER BY (log, partition, offset);

-- Records from before this table was there are taken to be whole. Repeating it adds nothing: the row is its own key.
INSERT INTO ${database}.whole (log, partition, offset)
SELECT log, partition, offset
FROM ${database}.receipts;
