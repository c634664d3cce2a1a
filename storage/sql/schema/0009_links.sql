-- Which pseudonyms are one person, as an operator told it (storage/links.py). `same_as` 0 takes a link back. Rows are
-- only added: the newest of a pseudonym counts, and an answer as known earlier knows the links of then.
-- told: microseconds since 1970.
CREATE TABLE IF NOT EXISTS ${database}.links (
    person UInt64 ${key},
    same_as UInt64,
    told UInt64
) ENGINE = MergeTree
ORDER BY (person, told);
