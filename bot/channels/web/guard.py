"""What a request must be before it is listened to, and the headers that keep a page to itself."""

import ipaddress
import re
from urllib.parse import urlsplit

from aiohttp import web

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
FOREIGN = "这个请求来自别的网站，没有接受。请从驻村助手自己的页面操作。"

_HOST = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?P<port>:\d{1,5})?")
_PROXY_HEADERS = ("forwarded", "x-forwarded-", "x-real-ip", "via")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add the security headers to a response that is about to be sent."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy(request.host))
    response.headers.setdefault(
        "Cache-Control", "no-cache" if request.path.startswith("/static/") else "no-store"
    )


def _policy(host: str) -> str:
    """Everything from here and nothing inline; older Safari wants the sockets named beside 'self'."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'{sockets}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def require_same_origin(request: web.Request, public_url: str = "") -> None:
    """Refuse what another site's page sent. Programs other than browsers name no origin."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    accepted = {request.host.lower(), urlsplit(public_url).netloc.lower()} - {""}
    if urlsplit(origin).netloc.lower() not in accepted:
        raise web.HTTPForbidden(text=FOREIGN)


def is_at_this_machine(request: web.Request) -> bool:
    """Say whether the request comes from this machine, by a local name and through no proxy."""
    host = _HOST.fullmatch(request.host)
    through_proxy = any(name.lower().startswith(_PROXY_HEADERS) for name in request.headers)
    return (
        host is not None
        and host["name"].lower() in LOCAL_NAMES
        and not through_proxy
        and _is_loopback(request)
    )


def _is_loopback(request: web.Request) -> bool:
    peer = request.transport.get_extra_info("peername") if request.transport else None
    try:
        address = ipaddress.ip_address(peer[0] if peer else "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
