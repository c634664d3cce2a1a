-- How many records of each partition are whole: with the log's end this is the lag.
SELECT partition, uniqExact(offset) FROM $database.whole WHERE log = '$log' AND ($before) GROUP BY partition
