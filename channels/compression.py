"""The page's own files go over the line compressed, for those whose browsers ask for it.

Only files that are served as they lie on the disk, whole, and hold text: nothing that carries a citizen's data is
compressed, so its length tells nobody what is in it. A part of a file, and a file asked for only if it changed, come
as they are.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

_TEXTS = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
_OF_CITIZENS = ("/api/", "/internal/")
_AS_THEY_ARE = (hdrs.RANGE, hdrs.IF_NONE_MATCH, hdrs.IF_MODIFIED_SINCE)
_WORTH_BYTES = 1024


@web.middleware
async def compressed_files(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turns compression on for a file's response before it is sent."""
    response = await handler(request)
    if not isinstance(response, web.FileResponse) or request.path.startswith(_OF_CITIZENS) or not _is_text(response):
        return response
    response.headers.add(hdrs.VARY, hdrs.ACCEPT_ENCODING)
    plain = request.method != hdrs.METH_GET or any(name in request.headers for name in _AS_THEY_ARE)
    if not plain and "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "").lower():
        response.enable_compression(web.ContentCoding.gzip)
    return response


def _is_text(response: web.FileResponse) -> bool:
    file = response._path
    kind = mimetypes.guess_type(file.name)[0] or ""
    return kind.startswith(_TEXTS) and file.is_file() and file.stat().st_size >= _WORTH_BYTES
