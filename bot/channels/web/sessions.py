"""Who is behind a page: a random token in a cookie, its hash in the data file, a person on the roster."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from fieldwork.duties import role_label
from storage import Store
from storage.roster import Person

COOKIE = "zhucun"
LIFETIME = timedelta(days=90)
_LONGEST_TOKEN = 128


@dataclass(frozen=True)
class Visitor:
    """A person at a page. `role` and `place` are the words for them."""

    token_hash: str
    chat_id: int
    name: str
    role: str
    place: str


class Sessions:
    """Web sessions. Methods that touch the data belong inside a unit of the store."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Callable[[], datetime],
        new_token: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_token = new_token

    async def visitor(self, request: web.Request) -> Visitor | None:
        """Return who sent the request, or None; in a unit of its own."""
        token = token_in(request)
        if token is None:
            return None
        async with self._store.unit():
            return self.holder(hash_of(token))

    def holder(self, token_hash: str) -> Visitor | None:
        """Return who holds this token, or None once the session or the person's work has ended."""
        store, now = self._store, self._clock()
        chat_id = store.accounts.session(token_hash, at=now)
        account = None if chat_id is None else store.accounts.of("web", chat_id)
        person = None if account is None else store.roster.person(account.person)
        if account is None or person is None or person.left_on is not None:
            return None
        place = store.roster.place(person.place)
        return Visitor(
            token_hash, account.chat_id, person.name, role_label(person.role), place.name if place else ""
        )

    def enter(self, person: Person) -> tuple[str, Visitor | None]:
        """Open a session for the person and return its token, to be kept by the browser alone."""
        now, accounts = self._clock(), self._store.accounts
        chat_id = accounts.web_chat_of(person.code)
        accounts.open(channel="web", chat_id=chat_id, person=person.code, at=now)
        token = self._new_token()
        accounts.open_session(hash_of(token), chat_id=chat_id, at=now, expires_at=now + LIFETIME)
        return token, self.holder(hash_of(token))

    def renew(self, visitor: Visitor) -> None:
        """Let the session last its full time from now on."""
        now = self._clock()
        self._store.accounts.open_session(
            visitor.token_hash, chat_id=visitor.chat_id, at=now, expires_at=now + LIFETIME
        )

    def leave(self, token_hash: str) -> None:
        """End the session."""
        self._store.accounts.close_session(token_hash)


def hash_of(token: str) -> str:
    """Return the form in which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_in(request: web.Request) -> str | None:
    """Return the request's session token, or None."""
    token = request.cookies.get(COOKIE, "")
    return token if 0 < len(token) <= _LONGEST_TOKEN else None


def give_cookie(response: web.StreamResponse, request: web.Request, token: str) -> None:
    """Have the browser keep the token; only over https where the page came over https."""
    https = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        secure=https,
        samesite="Lax",
        path="/",
    )


def take_cookie(response: web.StreamResponse) -> None:
    """Have the browser forget the token."""
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
