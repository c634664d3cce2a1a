-- Is there any visit of this person?
SELECT 1
FROM ${database}.visits_by_person FINAL
WHERE person = ${person} AND gone = 0
LIMIT 1
