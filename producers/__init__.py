"""Where a fact begins: a person, a venue, a moment."""
