-- Of whom is a visit stored that began in this span? Walks the primary key, so people come in order.
SELECT DISTINCT person
FROM ${database}.visits_by_person FINAL
WHERE arrived >= toDateTime(${since}) AND arrived <= toDateTime(${last})
  AND gone = 0
ORDER BY person
