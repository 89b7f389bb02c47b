"""The addresses of GeoReport v2 under `/open311`, each in `.xml` and `.json`.

Errors are answered in the format that was asked for, as the specification says: a list of `code` and `description`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import web

from channels.errors import StoreUnavailable, TooManyRequests
from channels.languages import LANGUAGES, opening_language
from channels.open311.errors import BadReport, KeyRefused, NotFoundHere, NotNow, Open311Error, TooMany
from channels.open311.formats import CONTENT_TYPES, Data, check_format, written
from channels.open311.keys import holder
from channels.open311.service import Open311, Wanted
from channels.service import GATEWAY
from channels.web.access import client_address

CHANGED = "2026-11-26T00:00:00+08:00"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
_MOST_IDS = 100
_REPEAT_KEY = re.compile(r"[\x21-\x7e]{1,200}")
OPEN311: web.AppKey[Open311] = web.AppKey("open311", Open311)
Handler = Callable[[web.Request], Awaitable[tuple[str, Data]]]


def add_routes(app: web.Application, service: Open311) -> None:
    """Puts the interface under `/open311`."""
    app[OPEN311] = service
    ending = r".{format:[A-Za-z0-9]{1,10}}"
    router = app.router
    router.add_get(f"/open311/discovery{ending}", _answering(discovery))
    router.add_get(f"/open311/v2/services{ending}", _answering(services))
    router.add_get(f"/open311/v2/services/{{code:[^/.]{{1,60}}}}{ending}", _answering(definition))
    router.add_get(f"/open311/v2/requests{ending}", _answering(requests))
    router.add_post(f"/open311/v2/requests{ending}", _answering(post_request, status=201))
    router.add_get(f"/open311/v2/requests/{{number:[^/.]{{1,60}}}}{ending}", _answering(request_of))
    router.add_get(f"/open311/v2/tokens/{{token:[^/.]{{1,60}}}}{ending}", _answering(token))


def _answering(handler: Handler, status: int = 200) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        form = request.match_info["format"].lower()
        try:
            check_format(form)
            _check_jurisdiction(request, request.query.get("jurisdiction_id"))
            root, data = await handler(request)
            return _response(form, root, data, status)
        except Open311Error as error:
            return _refusal(form, error)
        except TooManyRequests as error:
            return _refusal(form, TooMany(error.retry_after_seconds))
        except StoreUnavailable:
            return _refusal(form, NotNow())
        except web.HTTPRequestEntityTooLarge:
            return _refusal(form, BadReport("the report is larger than 64 KiB"))

    return answer


def _refusal(form: str, error: Open311Error) -> web.Response:
    known = form if form in CONTENT_TYPES else "json"
    response = _response(known, "errors", [{"code": error.status, "description": str(error)}], error.status)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(max(1, round(error.retry_after_seconds)))
    return response


def _response(form: str, root: str, data: Data, status: int) -> web.Response:
    response = web.Response(body=written(form, root, data), status=status, content_type=CONTENT_TYPES[form])
    response.charset = "utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response


# The methods.


async def discovery(request: web.Request) -> tuple[str, Data]:
    base = f"{_base(request)}/open311/v2"
    return "discovery", {
        "changeset": CHANGED,
        "contact": "12345",
        "key_service": "HOTLINE_OPEN311_KEYS",
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": base,
                "changeset": CHANGED,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


async def services(request: web.Request) -> tuple[str, Data]:
    _limited(request, client_address(request))
    return "services", request.app[OPEN311].services(_language(request))


async def definition(request: web.Request) -> tuple[str, Data]:
    _limited(request, client_address(request))
    return "service_definition", request.app[OPEN311].definition(request.match_info["code"], _language(request))


async def post_request(request: web.Request) -> tuple[str, Data]:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise BadReport("send the report uncompressed")
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise BadReport("send the report as a form: application/x-www-form-urlencoded or multipart/form-data, in UTF-8")
    try:
        form = await request.post()
    except (ValueError, LookupError, web.RequestPayloadError) as error:
        raise BadReport("the form cannot be read; send it in UTF-8") from error
    fields = [(name, value) for name, value in form.items() if isinstance(value, str)]
    if len(fields) != len(form):
        raise BadReport("files are not taken here; send the address of a picture as media_url")
    named = dict(reversed(fields))
    app = _app(request, named.get("api_key") or request.query.get("api_key"))
    _check_jurisdiction(request, named.get("jurisdiction_id"))
    repeat_key = request.headers.get("Idempotency-Key")
    if repeat_key is not None and not _REPEAT_KEY.fullmatch(repeat_key):
        raise BadReport("Idempotency-Key is 1 to 200 visible ASCII characters")
    receipt = await request.app[OPEN311].file(app, fields, _language(request), repeat_key)
    return "service_requests", receipt


async def token(request: web.Request) -> tuple[str, Data]:
    _limited(request, client_address(request))
    return "service_requests", await request.app[OPEN311].token(request.match_info["token"])


async def request_of(request: web.Request) -> tuple[str, Data]:
    app = _reader(request)
    number = request.match_info["number"]
    return "service_requests", await request.app[OPEN311].request(number, app, _language(request))


async def requests(request: web.Request) -> tuple[str, Data]:
    app = _reader(request)
    return "service_requests", await request.app[OPEN311].requests(_wanted(request), app, _language(request))


# Who asks, and for what.


def _app(request: web.Request, key: str | None) -> str:
    """The app whose key was given; wrong keys are counted, so that nobody can try many. Raises KeyRefused."""
    gateway = request.app[GATEWAY]
    address = client_address(request)
    gateway.limits.desk(address)
    name = holder(request.app[OPEN311].keys, key) if key else None
    if name is None:
        gateway.limits.refused(address)
        raise KeyRefused
    _limited(request, f"app {name}")
    return name


def _reader(request: web.Request) -> str | None:
    """Whose requests may be read: those of the key's app; all (None) where the city publishes. Raises KeyRefused."""
    key = request.query.get("api_key")
    if key is None and request.app[OPEN311].public:
        _limited(request, client_address(request))
        return None
    return _app(request, key)


def _limited(request: web.Request, who: str) -> None:
    request.app[GATEWAY].limits.open311(who)


def _check_jurisdiction(request: web.Request, given: str | None) -> None:
    ours = request.app[OPEN311].jurisdiction
    if given and ours is not None and given != ours:
        raise NotFoundHere(f"jurisdiction_id {given[:60]!r} is not served here; ours is {ours}")


def _language(request: web.Request) -> str:
    asked = request.query.get("locale", "").lower().split("-")[0]
    return opening_language(asked if asked in LANGUAGES else None, request.headers.get("Accept-Language"))


def _wanted(request: web.Request) -> Wanted:
    query = request.query
    ids = _listed(query.get("service_request_id"))
    if len(ids) > _MOST_IDS:
        raise BadReport(f"service_request_id names more than {_MOST_IDS} requests")
    statuses = frozenset(_listed(query.get("status"))) or frozenset(("open", "closed"))
    if not statuses <= {"open", "closed"}:
        raise BadReport("status is open, closed, or both by comma")
    start, end = _moment(query.get("start_date"), "start_date"), _moment(query.get("end_date"), "end_date")
    if start and end and start > end:
        raise BadReport("start_date is after end_date")
    return Wanted(ids, _listed(query.get("service_code")), start, end, statuses)


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


def _moment(text: str | None, name: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # an unescaped + of a zone arrives as a blank
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadReport(f"{name} is date and time with zone, such as 2026-03-01T00:00:00Z")
    return at.astimezone(UTC)


def _base(request: web.Request) -> str:
    public = request.app[GATEWAY].config.handoff.public_url
    return public.rstrip("/") if public else f"{request.scheme}://{request.host}"
