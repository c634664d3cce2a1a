-- people_checked_in
-- Of how many people was a scan that is no check-out received before a moment, with an anchor in this span?
SELECT uniqExact(person)
FROM ${database}.scans
WHERE anchor >= toDateTime(${since}) AND anchor <= toDateTime(${last})
  AND direction != 0 AND toUInt32(received) < ${before}
