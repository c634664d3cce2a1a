-- Where were these people? Stays of at most a day; the others are found through long_stays.
SELECT venue, toUInt32(arrived), person,
       toUInt32(departed), toUInt32(departed_min), toUInt32(departed_max), ended, scans
FROM ${database}.visits_by_person FINAL
WHERE person IN (${persons})
  AND arrived >= toDateTime(${near}) AND arrived <= toDateTime(${last})
  AND (departed > toDateTime(${since}) OR arrived >= toDateTime(${since}))
  AND gone = 0
