"""Answers as files that other programs open: each format in a file of its own."""
