-- Where were these people? A stay may have begun `earliest`, well before the span.
SELECT venue, toUInt32(arrived), person,
       toUInt32(departed), toUInt32(departed_min), toUInt32(departed_max), ended, scans
FROM ${database}.visits_by_person FINAL
WHERE person IN (${persons})
  AND arrived >= toDateTime(${earliest}) AND arrived <= toDateTime(${last})
  AND (departed > toDateTime(${since}) OR arrived >= toDateTime(${since}))
  AND gone = 0
