"""Is the gateway alive, is the system ready, and what does it count."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from channels.ports import Check
from channels.service import GATEWAY
from channels.web.conversations import json_response

logger = logging.getLogger(__name__)
_PROBE_SECONDS = 3.0


async def healthz(request: web.Request) -> web.Response:
    """`GET /healthz`: the process answers; says nothing of others."""
    return json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """`GET /readyz`: 200 when a citizen can chat and file, else 503; every part is listed by name."""
    checks = request.app[GATEWAY].checks
    well = await asyncio.gather(*(_is_well(check) for check in checks))
    ready = all(good or not check.needed for check, good in zip(checks, well, strict=True))
    parts = {
        check.name: "ok" if good else "failed" if check.needed else "degraded"
        for check, good in zip(checks, well, strict=True)
    }
    return json_response({"status": "ready" if ready else "not_ready", "parts": parts}, 200 if ready else 503)


async def metrics(request: web.Request) -> web.Response:
    """`GET /metrics`: Prometheus text."""
    body = request.app[GATEWAY].metrics.text()
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


async def _is_well(check: Check) -> bool:
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            await check.probe()
    except Exception as error:  # noqa: BLE001 - whatever a probe raises, its part is not well
        logger.debug("%s is not well: %s", check.name, error)
        return False
    return True
