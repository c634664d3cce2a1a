-- Every visit, found by place. Of rows with one key the highest version counts; if that one is
-- `gone`, there is no such visit. Small granules, because a question names few people and places.
CREATE TABLE IF NOT EXISTS ${database}.visits (
    venue UInt64 ${key},
    arrived DateTime('UTC') ${time},
    person UInt64,
    departed DateTime('UTC') ${time},
    departed_min DateTime('UTC') ${time},
    departed_max DateTime('UTC') ${time},
    ended UInt8,
    scans UInt16,
    version UInt32,
    gone UInt8
) ENGINE = ReplacingMergeTree(version)
PARTITION BY ${partition}(arrived)
ORDER BY (venue, arrived, person)
SETTINGS index_granularity = 1024;

-- The same rows, found by person.
CREATE TABLE IF NOT EXISTS ${database}.visits_by_person (
    venue UInt64,
    arrived DateTime('UTC') ${time},
    person UInt64 ${key},
    departed DateTime('UTC') ${time},
    departed_min DateTime('UTC') ${time},
    departed_max DateTime('UTC') ${time},
    ended UInt8,
    scans UInt16,
    version UInt32,
    gone UInt8
) ENGINE = ReplacingMergeTree(version)
PARTITION BY ${partition}(arrived)
ORDER BY (person, arrived, venue)
SETTINGS index_granularity = 1024;

-- A view and not a second insert: the rows cross the network once, and whoever fills visits (a
-- repair, an import by hand) cannot forget the other. An insert returns after both are stored; one
-- that fails between the two is an error to its writer, who repeats it, and repeating is harmless.
CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.visits_to_person TO ${database}.visits_by_person
AS SELECT venue, arrived, person, departed, departed_min, departed_max, ended, scans, version, gone
FROM ${database}.visits;
