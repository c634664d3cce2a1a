-- How far the registry's stream has been written down: the highest version there is.
SELECT max(version)
FROM ${database}.venues
