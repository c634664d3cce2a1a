-- Which pieces does the table of visits lie in now? A name says which inserts are inside.
SELECT name, rows
FROM system.parts
WHERE active AND database = '${database}' AND table = 'visits'
