-- The visits of these names, as they stand now.
SELECT venue, toUInt32(arrived), person,
       toUInt32(departed), toUInt32(departed_min), toUInt32(departed_max), ended, scans
FROM ${database}.visits FINAL
WHERE venue IN (${venues}) AND (venue, toUInt32(arrived), person) IN (${names})
  AND arrived >= toDateTime(${first}) AND arrived <= toDateTime(${last})
  AND gone = 0
