"""The command line, one file per kind of user: who brings data, who asks, who operates."""
