-- How much was told of links: rows are only added, so an equal number says that nothing changed.
SELECT count()
FROM ${database}.links
