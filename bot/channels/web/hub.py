"""The open pages: who is there, and how each is brought up to what stands in the log."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from bot.channels.web.sessions import Visitor
from bot.channels.web.wire import messages_event
from storage import Store

BATCH = 100
GONE, RESTART, ENDED = 1000, 1012, 4401
_PASSING = 16


class Peer:
    """One open page. `seen` is the seq up to which it knows the log, None before it has asked.

    `end_code` is set once the page is to be closed, by whatever side; only the page's own handler closes it.
    """

    def __init__(self, socket: web.WebSocketResponse, visitor: Visitor) -> None:
        self.socket = socket
        self.visitor = visitor
        self.seen: int | None = None
        self.news = asyncio.Event()
        self.passing: deque[dict[str, Any]] = deque(maxlen=_PASSING)
        self.end_code: int | None = None

    def end(self, code: int = GONE) -> None:
        """Have the page closed with this code, unless it is being closed already."""
        self.end_code = self.end_code or code
        self.news.set()


class Hub:
    """Open pages by chat. Each has a pump of its own, so that a slow one holds up nobody."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._peers: dict[int, set[Peer]] = {}

    @contextlib.contextmanager
    def joined(self, socket: web.WebSocketResponse, visitor: Visitor) -> Iterator[Peer]:
        """Count the page in while the block lasts."""
        peer = Peer(socket, visitor)
        peers = self._peers.setdefault(visitor.chat_id, set())
        peers.add(peer)
        try:
            yield peer
        finally:
            peers.discard(peer)
            if not peers and self._peers.get(visitor.chat_id) is peers:
                del self._peers[visitor.chat_id]

    def changed(self, chat_id: int) -> None:
        """Say that the chat's log has something new."""
        for peer in self._peers.get(chat_id, ()):
            peer.news.set()

    def pass_on(self, chat_id: int, event: dict[str, Any]) -> None:
        """Show the chat's open pages something that is kept nowhere."""
        for peer in self._peers.get(chat_id, ()):
            peer.passing.append(event)
            peer.news.set()

    async def pump(self, peer: Peer) -> None:
        """Send the page what is new, until it is to be closed or has gone away."""
        with contextlib.suppress(ConnectionError):
            while peer.end_code is None:
                await peer.news.wait()
                peer.news.clear()
                while peer.passing:
                    await peer.socket.send_json(peer.passing.popleft())
                while await self._catch_up(peer):
                    pass

    async def _catch_up(self, peer: Peer) -> bool:
        """Send the next changes of the log; True when there may be more."""
        if peer.seen is None:
            return False
        chat_id, webchat = peer.visitor.chat_id, self._store.webchat
        async with self._store.unit():
            found = webchat.changes(chat_id, after=peer.seen, limit=BATCH)
            keyboard = webchat.keyboard(chat_id)
        if not found:
            return False
        peer.seen = found[-1].seq
        await peer.socket.send_json(messages_event(found, keyboard))
        return len(found) == BATCH

    def end_session(self, token_hash: str) -> None:
        """Close the pages of a session that has ended."""
        for peer in self._everyone():
            if peer.visitor.token_hash == token_hash:
                peer.end(ENDED)

    def close(self) -> None:
        """Close all pages, for the server goes down; they come back by themselves."""
        for peer in self._everyone():
            peer.end(RESTART)

    def _everyone(self) -> list[Peer]:
        return [peer for peers in self._peers.values() for peer in peers]
