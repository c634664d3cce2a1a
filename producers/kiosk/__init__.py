"""A kiosk: the device at a door that reads people's codes, and keeps each scan until the gateway has it."""
