"""One example row of every answer, as the description of the network interface shows it."""

from tracer.answer import Row

ROWS: dict[str, Row] = {
    "visits": {
        "person": "00000000000000aa",
        "venue": "market 12",
        "arrived": "2021-12-01T03:00:00Z",
        "departed": "2021-12-01T03:45:00Z",
        "ended": "venue_default",
        "departed_min": "2021-12-01T03:00:00Z",
        "departed_max": "2021-12-01T09:00:00Z",
        "scans": 1,
    },
    "contacts": {
        "person": "00000000000000bb",
        "venue": "market 12",
        "start": "2021-12-01T03:20:00Z",
        "end": "2021-12-01T03:45:00Z",
        "minutes": 25.0,
        "my_visit": "2021-12-01T03:00:00Z/2021-12-01T03:45:00Z",
        "their_visit": "2021-12-01T03:20:00Z/2021-12-01T04:05:00Z",
    },
    "chain": {
        "person": "00000000000000bb",
        "generation": 1,
        "exposed_at": "2021-12-01T03:20:00Z",
        "from_person": "00000000000000aa",
        "venue": "market 12",
        "start": "2021-12-01T03:20:00Z",
        "end": "2021-12-01T03:45:00Z",
    },
    "path": {
        "generation": 1,
        "from_person": "00000000000000aa",
        "person": "00000000000000bb",
        "venue": "market 12",
        "start": "2021-12-01T03:20:00Z",
        "end": "2021-12-01T03:45:00Z",
        "from_visit": "2021-12-01T03:00:00Z/2021-12-01T03:45:00Z",
        "their_visit": "2021-12-01T03:20:00Z/2021-12-01T04:05:00Z",
    },
    "pairs": {
        "person_a": "00000000000000aa",
        "person_b": "00000000000000bb",
        "venue": "market 12",
        "start": "2021-12-01T03:20:00Z",
        "end": "2021-12-01T03:45:00Z",
    },
    "flow": {
        "records": 40,
        "scans": 9000,
        "stored": 8990,
        "duplicates": 8,
        "dead": 2,
        "visits": 8700,
        "persons": 1200,
        "venues": 310,
        "received_until": "2021-12-01T09:00:05Z",
        "scanned_until": "2021-12-01T08:59:58Z",
    },
}
