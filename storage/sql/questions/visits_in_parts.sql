-- Every row of these pieces, all versions, also those gone.
SELECT venue, toUInt32(arrived), person, toUInt32(departed), toUInt32(departed_min), toUInt32(departed_max),
       ended, toUInt32(scans), version, gone
FROM ${database}.visits
WHERE _part IN (${parts})
