"""Fills the page templates; every value is escaped unless it is markup that was filled here before."""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def fill(name: str, /, **values: str) -> Markup:
    """Fill the template `name`."""
    safe = {key: value if isinstance(value, Markup) else escape(value) for key, value in values.items()}
    return Markup(Template((STATIC / name).read_text(encoding="utf-8")).substitute(safe))


def joined(parts: Iterable[Markup]) -> Markup:
    """Put pieces of HTML one after another."""
    return Markup("".join(parts))


def page(
    title: str, body: Markup, *, kind: str, status: int = 200, head: Markup | None = None
) -> web.Response:
    """Put a body into the frame that all pages share."""
    text = fill("layout.html", title=title, body=body, kind=kind, head=head or Markup(""))
    return web.Response(text=text, content_type="text/html", charset="utf-8", status=status)


async def static(request: web.Request) -> web.StreamResponse:
    """Serve a style, script or picture; its type is ours to say, whatever the system makes of the ending."""
    path = STATIC / request.match_info["name"]
    kind = _TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Content-Type": f"{kind}; charset=utf-8"})
