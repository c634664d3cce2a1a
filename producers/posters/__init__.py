"""Posters: a venue's code on paper, with its name and what to do with it."""
