-- Every scan that was understood, as the person's device gave it: the truth that visits are made from.
-- The whole row but `received` is its key, so a scan written twice is one scan.
-- `anchor` leads the times because a span of it holds both ends of a stay (streams/timeline.py).
CREATE TABLE IF NOT EXISTS ${database}.scans (
    person UInt64 ${key},
    anchor DateTime('UTC') ${time},
    at DateTime('UTC') ${time},
    direction UInt8,
    venue UInt64,
    scan_id UInt64,
    received DateTime('UTC') ${time}
) ENGINE = ReplacingMergeTree
PARTITION BY ${partition}(anchor)
ORDER BY (person, anchor, at, direction, venue, scan_id);
