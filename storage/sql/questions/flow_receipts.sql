-- The ledger of records received.
SELECT count(), sum(scans), sum(stored), sum(duplicates), sum(dead), toUInt32(max(received))
FROM ${database}.receipts FINAL
