-- Who was scanned in this span? Walks the primary key, so people come in order.
SELECT DISTINCT person
FROM ${database}.scans
WHERE anchor >= toDateTime(${since}) AND anchor <= toDateTime(${last})
ORDER BY person
