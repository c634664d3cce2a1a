-- Everything said under these ids, decisions too, in the order of time.
SELECT person, toUInt32(at), id, kind, companion, venue, vehicle, body, toUInt32(received)
FROM ${database}.declarations FINAL
WHERE id IN (${ids}) AND companion = 0
ORDER BY id, at, received
