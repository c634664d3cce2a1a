"""The gateway's own route without what makes it a gateway: reads a body, parses it, answers `taken`.

    python bench/gateway_parse_only.py PORT

The same web framework, server, parser and writer of answers as `truyvet gateway`; no signature, no codes,
no memory, no Kafka.
"""

import sys
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response

from producers.gateway.asked import Answer, ScanAsked, parse
from producers.gateway.post import Taken
from producers.gateway.routes.scans import told
from producers.gateway.routes.service import read_body

api = FastAPI(docs_url=None, redoc_url=None)


@api.post("/v1/scans")
async def scans(request: Request) -> Response:
    """Every scan is taken."""
    found = cast(list[ScanAsked], parse(await read_body(request)))
    answers: list[Answer] = [{"scan_id": one["scan_id"], "status": "taken"} for one in found]
    return Response(told(Taken(answers, 0), "en"), 200, {"Content-Language": "en"}, "application/json")


if __name__ == "__main__":
    uvicorn.run(api, port=int(sys.argv[1]), log_level="warning", access_log=False)
