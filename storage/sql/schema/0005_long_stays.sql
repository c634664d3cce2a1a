-- Which visits were ever said to last more than a day. They are few, and known apart so that a
-- question looks back one day for everyone else instead of 31. This table only points: whether such
-- a visit still stands, and how it ends, is read from visits.
CREATE TABLE IF NOT EXISTS ${database}.long_stays (
    venue UInt64 ${key},
    arrived DateTime('UTC') ${time},
    person UInt64,
    departed DateTime('UTC') ${time}
) ENGINE = ReplacingMergeTree
PARTITION BY ${partition}(arrived)
ORDER BY (venue, arrived, person, departed)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.visits_to_long_stays TO ${database}.long_stays
AS SELECT venue, arrived, person, departed
FROM ${database}.visits
WHERE toUInt32(departed) > toUInt32(arrived) + 86400;

-- Visits from before this table was there. Repeating it adds nothing: the row is its own key.
INSERT INTO ${database}.long_stays (venue, arrived, person, departed)
SELECT venue, arrived, person, departed
FROM ${database}.visits
WHERE toUInt32(departed) > toUInt32(arrived) + 86400;
