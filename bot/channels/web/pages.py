"""The pages around the chat: the chat's own frame, the invitation, how to come in, and the way out."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.channels.web.guard import require_same_origin
from bot.channels.web.hub import Hub
from bot.channels.web.ingress import Ingress
from bot.channels.web.picker import Picker
from bot.channels.web.sessions import (
    Sessions,
    Visitor,
    give_cookie,
    hash_of,
    take_cookie,
    token_in,
)
from bot.channels.web.templates import Markup, fill, page
from fieldwork import demo, invitations
from fieldwork.errors import FieldworkError
from storage import Store

NAME = "驻村助手"
HOW_TO_ENTER = (
    "请打开联席办发给您的邀请链接进入。链接只能用一次；用过了、过期了或找不到了，请向联席办再要一条。"
)
WELCOME, WELCOME_TEXT = (
    "欢迎使用驻村助手",
    "点下面的按钮，就用这台设备进入。邀请链接只能用一次，以后直接打开网页就行。",
)
NOT_LET_IN = "没有进去"


class Pages:
    """Serves the pages."""

    def __init__(
        self,
        *,
        store: Store,
        sessions: Sessions,
        hub: Hub,
        ingress: Ingress,
        picker: Picker,
        clock: Callable[[], datetime],
        public_url: str,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._hub = hub
        self._ingress = ingress
        self._picker = picker
        self._clock = clock
        self._public_url = public_url

    async def home(self, request: web.Request) -> web.StreamResponse:
        """Show the chat to whoever has a session, the demo's door where it is open, else how to come in."""
        visitor = await self._sessions.visitor(request)
        if visitor is not None:
            return await self._chat(request, visitor)
        choices = await self._picker.page(request)
        return choices or _notice(NAME, "怎么进来", HOW_TO_ENTER)

    async def _chat(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        async with self._store.unit():
            self._sessions.renew(visitor)
            is_demo = demo.loaded(self._store)
        body = fill(
            "chat.html",
            name=visitor.name,
            about=" · ".join(filter(None, (visitor.role, visitor.place))),
            chat=str(visitor.chat_id),
            banner=fill("banner.html") if is_demo else Markup(""),
        )
        response = page(f"{NAME} · {visitor.name}", body, kind="chat", head=fill("chat_head.html"))
        give_cookie(response, request, token_in(request) or "")
        return response

    async def invitation(self, _request: web.Request) -> web.StreamResponse:
        """Show the invitation's button; the code is left alone, for previews of links come by here too."""
        return page(NAME, fill("join.html", heading=WELCOME, text=WELCOME_TEXT), kind="door")

    async def join(self, request: web.Request) -> web.StreamResponse:
        """Use the invitation up and let its person in."""
        require_same_origin(request, self._public_url)
        try:
            async with self._store.unit():
                person = invitations.redeem(self._store, request.match_info["code"], self._clock())
                token, visitor = self._sessions.enter(person)
                if visitor:
                    self._ingress.greet(visitor)
        except FieldworkError as error:
            return _notice(NAME, NOT_LET_IN, error.text, status=410)
        self._ingress.arrived()
        response = web.Response(status=303, headers={"Location": "/"})
        give_cookie(response, request, token)
        return response

    async def leave(self, request: web.Request) -> web.StreamResponse:
        """End the session on this device."""
        require_same_origin(request, self._public_url)
        token = token_in(request)
        if token is not None:
            async with self._store.unit():
                self._sessions.leave(hash_of(token))
            self._hub.end_session(hash_of(token))
        response = web.Response(status=303, headers={"Location": "/"})
        take_cookie(response)
        return response

    async def health(self, _request: web.Request) -> web.StreamResponse:
        """Say that the server serves and its data file can be read."""
        async with self._store.unit():
            self._store.facts.get("started")
        return web.json_response({"ok": True})


def _notice(title: str, heading: str, text: str, *, status: int = 200) -> web.Response:
    return page(title, fill("notice.html", heading=heading, text=text), kind="door", status=status)
