-- What was declared in a span of time, by or with this person (0: by anyone), at this venue, in this vehicle (0: any).
SELECT person, toUInt32(at), id, kind, companion, venue, vehicle, body, toUInt32(received)
FROM ${database}.declarations FINAL
WHERE at >= toDateTime(${since}) AND at <= toDateTime(${last}) AND kind != 2
    AND (person = ${person} OR (${person} = 0 AND companion = 0))
    AND (${venue} = 0 OR venue = ${venue})
    AND (${vehicle} = 0 OR vehicle = ${vehicle})
ORDER BY at, id
