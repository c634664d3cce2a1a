-- The scans of these people. DISTINCT stands for FINAL here, the key being all that is read.
SELECT DISTINCT person, toUInt32(anchor), toUInt32(at), direction, venue, scan_id
FROM ${database}.scans
WHERE person IN (${persons}) AND anchor >= toDateTime(${earliest})
