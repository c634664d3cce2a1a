"""A made-up city whose people live, meet, infect each other and scan: for exercises, load and tests."""
