-- Everything an operator ever told of links before this microsecond, in order.
SELECT person, same_as, told
FROM ${database}.links
WHERE told < ${before}
ORDER BY told, person, same_as
