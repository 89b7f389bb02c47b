"""What happens to every request: one log line and its metrics, problem documents, headers, and foreign origins.

Handlers raise; only here an error becomes a response.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from channels import problems
from channels.errors import ChannelsError
from channels.logs import access, masked_address, masked_path
from channels.service import GATEWAY
from channels.web.access import client_address

logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
}
_CORS: web.RequestKey[dict[str, str]] = web.RequestKey("cors", dict)
_CORS_METHODS = "GET, POST, PUT"
_CORS_HEADERS = "Authorization, Content-Type, Last-Event-ID"


@web.middleware
async def observed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Counts the request and writes its line: no query, no token, no whole address."""
    request.app[GATEWAY].doorkeeper.heard(request)
    started = time.perf_counter()
    status = 499  # the client went away
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        seconds = time.perf_counter() - started
        gateway = request.app[GATEWAY]
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "none"
        gateway.metrics.requests.labels(request.method if route != "none" else "any", route, str(status)).inc()
        gateway.metrics.request_seconds.labels(route).observe(seconds)
        if access.isEnabledFor(logging.INFO):
            access.info(
                "%s %s %d %.1fms %s",
                request.method,
                masked_path(request.path),
                status,
                seconds * 1000,
                masked_address(client_address(request)),
            )


@web.middleware
async def problem_documents(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns whatever is raised into an RFC 9457 document."""
    try:
        return await handler(request)
    except ChannelsError as error:
        request.app[GATEWAY].metrics.refused.labels(error.code).inc()
        if problems.STATUS.get(type(error), 500) >= 500:
            logger.warning("%s: %s", error.code, error, exc_info=error.__cause__)
        return problems.response_of(error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return problems.response_of_http(error)
    except ConnectionError:
        raise
    except Exception:
        logger.exception("a request failed")
        return problems.internal()


@web.middleware
async def foreign_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Lets pages of the allowed origins read answers (CORS); nobody else's."""
    origin = request.headers.get("Origin", "").lower()
    if not origin or origin not in request.app[GATEWAY].config.allowed_origins:
        return await handler(request)
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin", "Access-Control-Expose-Headers": "Retry-After"}
    request[_CORS] = headers
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        return web.Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": _CORS_METHODS,
                "Access-Control-Allow-Headers": _CORS_HEADERS,
                "Access-Control-Max-Age": "600",
            },
        )
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Puts the protecting headers on every response, streams included."""
    response.headers["Server"] = "hotline"
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-cache")
    for name, value in request.get(_CORS, {}).items():
        response.headers[name] = value
