"""The citizen's page and its static files.

Every file is asked for again with its ETag, so a new release is seen at once and costs nothing when nothing changed.
"""

from __future__ import annotations

from aiohttp import web

from channels.service import GATEWAY


async def index(request: web.Request) -> web.StreamResponse:
    """`GET /`"""
    page = request.app[GATEWAY].static / "index.html"
    if not page.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(page, headers={"Content-Type": "text/html; charset=utf-8"})
