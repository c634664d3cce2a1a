-- About how many visits a walk over all venues meets, to cut it into slices; versions count too.
SELECT count()
FROM ${database}.visits
WHERE arrived >= toDateTime(${earliest}) AND arrived <= toDateTime(${last})
