"""The gateway's addresses, one file for each subject."""
