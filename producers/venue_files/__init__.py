"""Lists of places as offices really send them: read, understood, and refused line by line with a reason."""
