-- Up to where every record of a partition is whole, so that nobody counts these again: `whole` has a row for each
-- record there ever was. Written by workers (deploy/holes.py), an hour after the last of them was.
CREATE TABLE IF NOT EXISTS ${database}.settled (
    log ${short_text},
    partition UInt32,
    next UInt64
) ENGINE = ReplacingMergeTree(next)
ORDER BY (log, partition);
