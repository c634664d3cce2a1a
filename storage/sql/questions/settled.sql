-- Up to where each partition is known to be whole.
SELECT partition, max(next) FROM $database.settled WHERE log = '$log' GROUP BY partition
