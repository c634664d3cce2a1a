"""Brings up the three services Truy vết works with, checks that they answer, and takes them down."""
