-- The ledger: what became of the scans of each record of the log.
-- A record may be read again after a crash. Its scans are duplicates by then, so the later receipt
-- says `stored` less or equal: keeping the highest `stored` keeps the first truth.
CREATE TABLE IF NOT EXISTS ${database}.receipts (
    log ${short_text},
    partition UInt32,
    offset UInt64,
    received DateTime('UTC') ${time},
    scans UInt32,
    stored UInt32,
    duplicates UInt32,
    dead UInt32
) ENGINE = ReplacingMergeTree(stored)
ORDER BY (log, partition, offset);
