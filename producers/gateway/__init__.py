"""The gateway: where phones, kiosks and checkpoints hand in their scans over the network."""
