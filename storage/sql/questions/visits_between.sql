-- Everyone, by columns: one slice of the venues.
SELECT venue, toUInt32(arrived), person, toUInt32(departed), toUInt32(departed_min), toUInt32(departed_max),
       ended, toUInt32(scans), version, gone
FROM ${database}.visits FINAL
WHERE venue >= ${first_venue} AND venue <= ${last_venue}
  AND arrived >= toDateTime(${earliest}) AND arrived <= toDateTime(${last})
  AND (departed > toDateTime(${since}) OR arrived >= toDateTime(${since}))
  AND gone = 0
