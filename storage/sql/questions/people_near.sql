-- Who was ever said to have arrived at these places then? All versions count, also those taken back.
SELECT DISTINCT v.person
FROM (
    SELECT venue, toUInt32(arrived) AS arrived_s, person
    FROM ${database}.visits
    WHERE venue IN (${venues}) AND arrived >= toDateTime(${first}) AND arrived <= toDateTime(${last})
) AS v
ALL INNER JOIN (
    SELECT toUInt64(key) AS venue, toUInt64(since_s) AS since, toUInt64(until_s) AS until
    FROM (SELECT [${keys}] AS keys, [${sinces}] AS sinces, [${untils}] AS untils) AS s
    ARRAY JOIN keys AS key, sinces AS since_s, untils AS until_s
) AS p USING (venue)
WHERE arrived_s < until AND arrived_s >= since
