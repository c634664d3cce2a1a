-- The ids of these venues as they were given.
SELECT venue, id
FROM ${database}.venues FINAL
WHERE venue IN (${keys})
