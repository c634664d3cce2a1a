-- Of how many people did a visit begin in this span?
SELECT uniqExact(person)
FROM ${database}.visits FINAL
WHERE arrived >= toDateTime(${since}) AND arrived <= toDateTime(${last})
  AND gone = 0
