-- How many records of each partition have a receipt: with the log's end this is the lag.
SELECT partition, uniqExact(offset) FROM $database.receipts WHERE log = '$log' AND ($before) GROUP BY partition
