-- What people call these venues, since when they are retired (0: they are not), what replaced them (0: none).
SELECT venue, name, retired_at, replaced_by
FROM ${database}.venues FINAL
WHERE venue IN (${keys})
