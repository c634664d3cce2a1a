"""What a scan means: scans in, visits out."""
