-- What is known about these venues.
SELECT venue, id, kind, stay_minutes, inside, unit, version
FROM ${database}.venues FINAL
WHERE venue IN (${keys})
