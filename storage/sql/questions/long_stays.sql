-- Which stays at all that began before `near` may still go on in the span?
SELECT DISTINCT venue, toUInt32(arrived), person
FROM ${database}.long_stays
WHERE arrived >= toDateTime(${earliest}) AND arrived < toDateTime(${near})
  AND departed > toDateTime(${since})
