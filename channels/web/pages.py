"""The citizen's page and what belongs to it: its files, its service worker, its manifest, and its frame elsewhere.

Every file is asked for again with its ETag, so a new release is seen at once and costs nothing when nothing changed.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from channels.errors import EmbeddingRefused
from channels.languages import LANGUAGES
from channels.problems import response_of
from channels.service import GATEWAY, Gateway
from channels.web import shell
from channels.web.access import client_address
from channels.web.conversations import json_response

_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {ancestors}"
)


def add_routes(app: web.Application, static: Path) -> None:
    """Adds the page; without its files there is none."""
    app.router.add_get("/", index)
    app.router.add_get("/api/v1/page", get_facts)
    app.router.add_get("/api/v1/embed", get_embedding)
    if not (static / "index.html").is_file():
        return
    gateway = app[GATEWAY]
    script = shell.worker_script(static, policy_of(gateway)).encode()
    manifests = {language: orjson.dumps(shell.manifest_of(static, language)) for language in LANGUAGES}

    async def worker(request: web.Request) -> web.Response:
        return web.Response(body=script, content_type="text/javascript", charset="utf-8")

    async def manifest(request: web.Request) -> web.Response:
        return web.Response(body=manifests[request.match_info["language"]], content_type="application/manifest+json")

    async def embed(request: web.Request) -> web.FileResponse:
        return web.FileResponse(static / "embed.js", headers={"Content-Type": "text/javascript; charset=utf-8"})

    app.router.add_get("/sw.js", worker)
    app.router.add_get(f"/manifest/{{language:{'|'.join(LANGUAGES)}}}.webmanifest", manifest)
    app.router.add_get("/embed.js", embed)


async def index(request: web.Request) -> web.StreamResponse:
    """`GET /`"""
    gateway = request.app[GATEWAY]
    page = gateway.static / "index.html"
    if not page.is_file():
        raise web.HTTPNotFound
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy_of(gateway)}
    return web.FileResponse(page, headers=headers)


async def get_facts(request: web.Request) -> web.Response:
    """`GET /api/v1/page`: what this hotline offers beyond writing: `{"speech":["zh",...],"map":true}`."""
    gateway = request.app[GATEWAY]
    gateway.limits.places(client_address(request))
    hears = () if gateway.ears is None else await gateway.ears.languages()
    return json_response({"speech": list(hears), "map": gateway.places is not None})


async def get_embedding(request: web.Request) -> web.Response:
    """`GET /api/v1/embed`: whether the asking site may show the page in a frame; its script may read the answer."""
    origin = request.headers.get("Origin", "")
    gateway = request.app[GATEWAY]
    if origin.lower() in gateway.config.embed_origins or _own(request, origin):
        response = json_response({"allowed": True})
    else:
        response = response_of(EmbeddingRefused())
    response.headers["Vary"] = "Origin"
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
    return response


def policy_of(gateway: Gateway) -> str:
    """The page's Content-Security-Policy: shown in frames of this host and of the sites that are allowed."""
    return _POLICY.format(ancestors=" ".join(("'self'", *gateway.config.embed_origins)))


def _own(request: web.Request, origin: str) -> bool:
    return not origin or urlsplit(origin).netloc.lower() == request.host.lower()
