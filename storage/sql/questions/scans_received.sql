-- The scans of these people that were received before a moment. A scan that was written twice
-- was known from the first time on.
SELECT person, toUInt32(anchor), toUInt32(at), direction, venue, scan_id
FROM ${database}.scans
WHERE person IN (${persons}) AND anchor >= toDateTime(${since}) AND anchor <= toDateTime(${last})
GROUP BY person, anchor, at, direction, venue, scan_id
HAVING toUInt32(min(received)) < ${before}
