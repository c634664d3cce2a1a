-- What was declared: journeys (kind 1), an officer's decisions on them (2), health (3). One row for each person
-- of a declaration, so that a companion is found as the declarer is; `body` is the event as it travelled, in which
-- persons and vehicle are pseudonyms. Sent again it is the same row.
CREATE TABLE IF NOT EXISTS ${database}.declarations (
    person UInt64 ${key},
    at DateTime('UTC') ${time},
    id UInt64,
    kind UInt8,
    companion UInt8,
    venue UInt64,
    vehicle UInt64,
    body String,
    received DateTime('UTC') ${time}
) ENGINE = ReplacingMergeTree(received)
PARTITION BY ${partition}(at)
ORDER BY (person, at, id, kind, companion)
SETTINGS index_granularity = 1024;

-- How far each partition of the topics of declarations was read.
CREATE TABLE IF NOT EXISTS ${database}.declarations_read (
    log ${short_text},
    partition UInt32,
    next UInt64
) ENGINE = ReplacingMergeTree(next)
ORDER BY (log, partition);
