"""Where facts rest: ClickHouse, Redis and their in-process twins."""
