"""What a person says, presses or sends becomes an update in the inbox; acknowledged once it is on disk."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.channels.web.errors import NoEntry, Refused
from bot.channels.web.hub import Hub
from bot.channels.web.sessions import Sessions, Visitor
from bot.channels.web.wire import message_dict, person_dict
from storage import Store
from storage.webchat import Content, Document, Place, WebMessage

EMPTY = "这条消息是空的，请写点内容再发。"
TOO_LONG = "这条消息有 {length} 个字，一次最多发 {most} 个字，请分成几条发。"
BAD_TEXT = "这条消息里有无法保存的字符，请删掉特殊符号再发。"
BAD_PLACE = "收到的位置不对，请再定位一次；定不了也可以不带位置继续。"
STALE_BUTTON = "这个按钮已经过时了，请用最新一条消息下面的按钮。"
NO_ENTRY = "您的登录已经结束，请重新进入。"
BAD_CLIENT_ID = "页面发来的内容看不懂，请刷新页面再试。"

LONGEST_TEXT = 4096
FARTHEST_ACCURACY_M = 100_000.0
_HALVES = re.compile(r"[\ud800-\udfff]")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Ingress:
    """Takes what pages send. Each method returns the id of the message it stands under.

    A `client_id` seen before changes nothing and returns the same id, however often it comes.
    """

    def __init__(
        self,
        *,
        store: Store,
        sessions: Sessions,
        hub: Hub,
        clock: Callable[[], datetime],
        arrived: Callable[[], None],
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._hub = hub
        self._clock = clock
        self.arrived = arrived

    async def text(self, token_hash: str, client_id: object, text: object) -> int:
        """Take a line of text."""
        return await self._said(token_hash, client_id, Content(text=_text_in(text)))

    async def place(
        self, token_hash: str, client_id: object, latitude: object, longitude: object, accuracy: object
    ) -> int:
        """Take a location; the accuracy is in metres, None when the browser does not know it."""
        place = Place(
            latitude=_number(latitude, -90, 90),
            longitude=_number(longitude, -180, 180),
            accuracy_m=None if accuracy is None else min(_number(accuracy, 0, 1e9), FARTHEST_ACCURACY_M),
        )
        return await self._said(token_hash, client_id, Content(place=place))

    async def document(self, token_hash: str, client_id: object, document: Document) -> int:
        """Take a file that lies in the data folder already."""
        return await self._said(token_hash, client_id, Content(document=document))

    async def known(self, token_hash: str, client_id: object) -> int | None:
        """Return the id of the message that came under this name before, or None."""
        name = _client_id_in(client_id)
        async with self._store.unit():
            message = self._store.webchat.by_client_id(self._who(token_hash).chat_id, name)
        return None if message is None else message.id

    async def press(self, token_hash: str, client_id: object, message_id: object, data: object) -> int:
        """Take the press of a button that stands under a message of the chat."""
        name = _client_id_in(client_id)
        if not (isinstance(message_id, int) and isinstance(data, str) and _is_whole(data)):
            raise Refused(STALE_BUTTON)
        if isinstance(message_id, bool) or not 0 < message_id < 2**63:
            raise Refused(STALE_BUTTON)
        async with self._store.unit():
            visitor = self._who(token_hash)
            message = self._store.webchat.message(visitor.chat_id, message_id)
            key = _key(visitor, name)
            fresh = self._store.inbox.add(
                key=key,
                channel="web",
                chat_id=visitor.chat_id,
                payload={"update_id": _number_of(key), "callback_query": _query(visitor, key, message, data)},
                at=self._clock(),
            )
            if fresh and not _has_button(message, data):
                raise Refused(STALE_BUTTON)
        self.arrived()
        return message_id

    def greet(self, visitor: Visitor) -> None:
        """Have somebody who is new here greeted, as by Telegram's start button; inside the caller's unit."""
        if self._store.webchat.last_seq(visitor.chat_id) > 0:
            return
        now = self._clock()
        start = WebMessage(0, visitor.chat_id, 0, "me", Content(text="/start"), now, None, deleted=False)
        self._add(_key(visitor, "start"), visitor, start, now)

    async def _said(self, token_hash: str, client_id: object, content: Content) -> int:
        name = _client_id_in(client_id)
        now = self._clock()
        async with self._store.unit():
            visitor = self._who(token_hash)
            message = self._store.webchat.add(
                chat_id=visitor.chat_id, author="me", content=content, at=now, client_id=name
            )
            self._add(_key(visitor, name), visitor, message, now)
        self.arrived()
        self._hub.changed(visitor.chat_id)
        return message.id

    def _add(self, key: str, visitor: Visitor, message: WebMessage, now: datetime) -> None:
        self._store.inbox.add(
            key=key,
            channel="web",
            chat_id=visitor.chat_id,
            payload={"update_id": _number_of(key), "message": message_dict(message, visitor.name)},
            at=now,
        )

    def _who(self, token_hash: str) -> Visitor:
        visitor = self._sessions.holder(token_hash)
        if visitor is None:
            raise NoEntry(NO_ENTRY)
        return visitor


def _key(visitor: Visitor, name: str) -> str:
    return f"web:{visitor.chat_id}:{name}"


def _number_of(key: str) -> int:
    """Return an update's number, the same however often it comes."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big")


def _query(visitor: Visitor, key: str, message: WebMessage | None, data: str) -> dict[str, Any]:
    query: dict[str, Any] = {
        "id": str(_number_of(key)),
        "from": person_dict(visitor.chat_id, visitor.name),
        "chat_instance": str(visitor.chat_id),
        "data": data,
    }
    return query if message is None else {**query, "message": message_dict(message, visitor.name)}


def _has_button(message: WebMessage | None, data: str) -> bool:
    return message is not None and any(
        button.data is not None and button.data == data for row in message.content.buttons for button in row
    )


def _client_id_in(value: object) -> str:
    if isinstance(value, str) and _CLIENT_ID.fullmatch(value):
        return value
    raise Refused(BAD_CLIENT_ID)


def _text_in(value: object) -> str:
    if not isinstance(value, str):
        raise Refused(BAD_CLIENT_ID)
    text = value.replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        raise Refused(EMPTY)
    if len(text) > LONGEST_TEXT:
        raise Refused(TOO_LONG.format(length=len(text), most=LONGEST_TEXT))
    if not _is_whole(text):
        raise Refused(BAD_TEXT)
    return text


def _is_whole(text: str) -> bool:
    """Say whether the text has no half of a surrogate pair, which JSON can carry and UTF-8 cannot."""
    return _HALVES.search(text) is None


def _number(value: object, least: float, most: float) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
        return float(value)
    raise Refused(BAD_PLACE)
