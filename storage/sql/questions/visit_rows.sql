-- What is written of these people's visits that began in this span: newest versions, also those gone.
SELECT venue, toUInt32(arrived), person,
       toUInt32(departed), toUInt32(departed_min), toUInt32(departed_max), ended, scans, version, gone
FROM ${database}.visits_by_person FINAL
WHERE person IN (${persons}) AND arrived >= toDateTime(${since}) AND arrived <= toDateTime(${last})
