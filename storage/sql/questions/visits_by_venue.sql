-- Everyone, place by place: one slice of the venues, in the order of the primary key.
SELECT venue, toUInt32(arrived), person,
       toUInt32(departed), toUInt32(departed_min), toUInt32(departed_max), ended, scans
FROM ${database}.visits FINAL
WHERE venue >= ${first_venue} AND venue <= ${last_venue}
  AND arrived >= toDateTime(${earliest}) AND arrived <= toDateTime(${last})
  AND (departed > toDateTime(${since}) OR arrived >= toDateTime(${since}))
  AND gone = 0
ORDER BY venue, arrived, person
