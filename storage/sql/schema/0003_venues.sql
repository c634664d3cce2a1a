-- The registry of venues: the given id behind each key, and what is known about the place.
CREATE TABLE IF NOT EXISTS ${database}.venues (
    venue UInt64,
    id String,
    kind ${short_text},
    stay_minutes UInt16,
    inside UInt64,
    unit ${short_text},
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY venue
SETTINGS index_granularity = 1024;
