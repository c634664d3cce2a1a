-- What the registry (venues.v1) says of a venue besides what workers need: for people who read answers.
-- `retired_at` 0: it is not retired. `replaced_by` 0: by none.
ALTER TABLE ${database}.venues ADD COLUMN IF NOT EXISTS name String DEFAULT '' AFTER version;
ALTER TABLE ${database}.venues ADD COLUMN IF NOT EXISTS retired_at UInt32 DEFAULT 0 AFTER name;
ALTER TABLE ${database}.venues ADD COLUMN IF NOT EXISTS replaced_by UInt64 DEFAULT 0 AFTER retired_at;
