-- Who was there? The inner SELECT reads by primary key what can matter, the join keeps what does.
-- Stays of at most a day; the others are found through long_stays.
-- A visit that meets two spans of its venue is one visit: DISTINCT.
SELECT DISTINCT v.venue, v.arrived_s, v.person, v.departed_s, v.departed_min_s, v.departed_max_s, v.ended, v.scans
FROM (
    SELECT venue, toUInt32(arrived) AS arrived_s, person, toUInt32(departed) AS departed_s,
           toUInt32(departed_min) AS departed_min_s, toUInt32(departed_max) AS departed_max_s, ended, scans
    FROM ${database}.visits FINAL
    WHERE venue IN (${venues})
      AND arrived >= toDateTime(${near}) AND arrived <= toDateTime(${last})
      AND gone = 0
) AS v
ALL INNER JOIN (
    SELECT toUInt64(key) AS venue, toUInt64(since_s) AS since, toUInt64(until_s) AS until
    FROM (SELECT [${keys}] AS keys, [${sinces}] AS sinces, [${untils}] AS untils) AS s
    ARRAY JOIN keys AS key, sinces AS since_s, untils AS until_s
) AS p USING (venue)
WHERE arrived_s < until AND (departed_s > since OR arrived_s >= since)
