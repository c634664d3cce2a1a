-- What the records became.
SELECT count(), uniqExact(person), uniqExact(venue), toUInt32(max(arrived))
FROM ${database}.visits FINAL
WHERE gone = 0
