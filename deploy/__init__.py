"""Where everything is joined: settings, wiring, processes, the command line."""
