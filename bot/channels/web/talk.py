"""The WebSocket of an open page: frames in, answers out. Nothing that comes in closes it."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.channels.web.errors import NoEntry, Refused
from bot.channels.web.guard import require_same_origin
from bot.channels.web.hub import BATCH, ENDED, GONE, Hub, Peer
from bot.channels.web.ingress import BAD_CLIENT_ID, Ingress
from bot.channels.web.sessions import Sessions, Visitor
from bot.channels.web.wire import messages_event
from fieldwork import demo
from storage import StorageError, Store

log = logging.getLogger(__name__)

PAGE = 40
HEARTBEAT_S = 25.0
LONGEST_FRAME = 128 * 1024

Event = dict[str, Any]
Answer = Callable[[Peer, Event], Awaitable[Event | None]]


class Talk:
    """Answers the frames of open pages."""

    def __init__(
        self, *, store: Store, sessions: Sessions, hub: Hub, ingress: Ingress, public_url: str
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._hub = hub
        self._ingress = ingress
        self._public_url = public_url
        self._answers: dict[str, Answer] = {
            "sync": self._sync,
            "older": self._older,
            "read": self._read,
            "send": self._send,
            "location": self._location,
            "press": self._press,
            "ping": self._ping,
        }

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Talk with a page until it goes away; one whose session has ended is told so by the closing code."""
        require_same_origin(request, self._public_url)
        visitor = await self._sessions.visitor(request)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_FRAME)
        await socket.prepare(request)
        if visitor is None:
            await socket.close(code=ENDED)
            return socket
        with self._hub.joined(socket, visitor) as peer, contextlib.suppress(ConnectionError):
            await socket.send_json(await self._hello(visitor))
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(self._listen(peer))
                await self._hub.pump(peer)
                listening.cancel()
            await socket.close(code=peer.end_code or GONE)
        return socket

    async def _hello(self, visitor: Visitor) -> Event:
        async with self._store.unit():
            is_demo = demo.loaded(self._store)
        me = {"name": visitor.name, "role": visitor.role, "place": visitor.place, "chat_id": visitor.chat_id}
        return {"type": "hello", "me": me, "demo": is_demo}

    async def _listen(self, peer: Peer) -> None:
        with contextlib.suppress(ConnectionError):
            async for message in peer.socket:
                answer = await self._answer(peer, message)
                if answer is not None:
                    await peer.socket.send_json(answer)
        peer.end()

    async def _answer(self, peer: Peer, message: WSMessage) -> Event | None:
        """Return the answer to one frame, None where there is none."""
        frame = _frame_in(message)
        client_id = frame.get("client_id")
        try:
            return await self._answers.get(str(frame.get("type")), self._unknown)(peer, frame)
        except Refused as refusal:
            named = client_id if isinstance(client_id, str) else None
            return {"type": "refused", "client_id": named, "text": refusal.text}
        except NoEntry:
            peer.end(ENDED)
        except StorageError as error:
            # Neither taken nor refused: the page sends it again by itself.
            log.exception("a frame of web chat %s was not stored", peer.visitor.chat_id)
            return {"type": "notice", "text": error.text, "alert": False}
        return None

    async def _sync(self, peer: Peer, frame: Event) -> Event | None:
        """Bring a page that has just come up to the log; what follows is pushed."""
        after = frame.get("after")
        if not isinstance(after, int) or not 0 <= after < 2**63 or peer.seen is not None:
            raise Refused(BAD_CLIENT_ID)
        chat_id, webchat = peer.visitor.chat_id, self._store.webchat
        async with self._store.unit():
            last = webchat.last_seq(chat_id)
            more: bool | None = None
            if anew := after == 0 or after > last:
                found, more = webchat.newest(chat_id, limit=PAGE)
            else:
                found = webchat.changes(chat_id, after=after, limit=BATCH)
                last = found[-1].seq if found else last
            keyboard = webchat.keyboard(chat_id)
        peer.seen = last
        peer.news.set()
        return messages_event(found, keyboard, more=more, reset=anew)

    async def _older(self, peer: Peer, frame: Event) -> Event | None:
        before = frame.get("before")
        if not isinstance(before, int) or not 0 <= before < 2**63:
            raise Refused(BAD_CLIENT_ID)
        chat_id, webchat = peer.visitor.chat_id, self._store.webchat
        async with self._store.unit():
            found, more = webchat.before(chat_id, before, limit=PAGE)
            keyboard = webchat.keyboard(chat_id)
        return messages_event(found, keyboard, more=more)

    async def _read(self, peer: Peer, frame: Event) -> Event | None:
        """Note up to where the log has been shown."""
        seq = frame.get("seq")
        if not isinstance(seq, int) or not 0 <= seq < 2**63:
            raise Refused(BAD_CLIENT_ID)
        async with self._store.unit():
            self._store.webchat.read(peer.visitor.chat_id, seq=seq)
        return None

    async def _send(self, peer: Peer, frame: Event) -> Event | None:
        client_id = frame.get("client_id")
        taken = await self._ingress.text(peer.visitor.token_hash, client_id, frame.get("text"))
        return ack(client_id, taken)

    async def _location(self, peer: Peer, frame: Event) -> Event | None:
        client_id = frame.get("client_id")
        point = (frame.get("latitude"), frame.get("longitude"), frame.get("accuracy"))
        return ack(client_id, await self._ingress.place(peer.visitor.token_hash, client_id, *point))

    async def _press(self, peer: Peer, frame: Event) -> Event | None:
        client_id = frame.get("client_id")
        what = (frame.get("message_id"), frame.get("data"))
        return ack(client_id, await self._ingress.press(peer.visitor.token_hash, client_id, *what))

    async def _unknown(self, _peer: Peer, _frame: Event) -> Event | None:
        raise Refused(BAD_CLIENT_ID)

    async def _ping(self, _peer: Peer, _frame: Event) -> Event | None:
        return {"type": "pong"}


def ack(client_id: object, message_id: int) -> Event:
    """Return the word that what came is on disk."""
    return {"type": "ack", "client_id": client_id, "message_id": message_id}


def _frame_in(message: WSMessage) -> Event:
    """Return the frame, an empty one where it is no JSON object."""
    if message.type is not WSMsgType.TEXT:
        return {}
    try:
        frame = json.loads(message.data)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}
