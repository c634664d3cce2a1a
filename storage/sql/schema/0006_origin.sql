-- Where a scan comes from: the way in, the code that was read, what was odd (producers/origin.py).
ALTER TABLE ${database}.scans ADD COLUMN IF NOT EXISTS origin UInt32 DEFAULT 0 AFTER received;
