-- The scans behind one person's visits. A scan that was written twice is told as it was first received.
SELECT person, toUInt32(anchor), toUInt32(at), direction, venue, scan_id,
       toUInt32(min(received)), argMin(origin, received)
FROM ${database}.scans
WHERE person = ${person} AND anchor >= toDateTime(${anchored}) AND anchor <= toDateTime(${last})
  AND at >= toDateTime(${since}) AND at <= toDateTime(${last})
GROUP BY person, anchor, at, direction, venue, scan_id
