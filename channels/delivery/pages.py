"""The small pages behind the links in e-mails: a question with one button, and what came of it.

A link alone changes nothing: programs that look through mailboxes open links too. No script, no picture, nothing to
fetch.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from html import escape

from aiohttp import web

_STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem;color:#1b1f24;"
    "background:#fff}h1{font-size:1.4rem}button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.5rem;"
    "background:#b3261e;color:#fff;cursor:pointer}button:focus-visible{outline:3px solid #1b1f24;outline-offset:3px}"
    "@media(prefers-color-scheme:dark){body{color:#f0f0f0;background:#161616}button:focus-visible{outline-color:#fff}}"
)
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def page(language: str, title: str, words: str, button: str = "", status: int = 200) -> web.Response:
    """A page with a heading, a sentence and, where `button` says something, a button that posts to the same address."""
    form = f'<form method="post"><button type="submit">{escape(button)}</button></form>' if button else ""
    said = (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f'<meta name="robots" content="noindex"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1><p>{escape(words)}</p>{form}</main></body></html>\n"
    )
    headers = {
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",  # the address holds the token
    }
    return web.Response(text=said, content_type="text/html", charset="utf-8", status=status, headers=headers)
