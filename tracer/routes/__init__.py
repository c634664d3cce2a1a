"""The addresses of the network interface, one file for each subject."""
