"""The two shapes of a message in JSON: as the page gets it, and as the Bot API has it.

Only rearranges; checks nothing and stores nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from storage.webchat import Button, Document, Key, Keyboard, Place, WebMessage

BOT: dict[str, Any] = {"id": 1, "is_bot": True, "first_name": "驻村助手"}


def is_web_link(url: object) -> bool:
    """Say whether this is a link that a page may offer: http or https, nothing that runs."""
    return isinstance(url, str) and urlsplit(url).scheme in {"http", "https"}


def messages_event(
    messages: Iterable[WebMessage],
    keyboard: Keyboard | None,
    *,
    more: bool | None = None,
    reset: bool = False,
) -> dict[str, Any]:
    """Return messages and the reply keyboard for a page. `more`: whether there are older ones, if asked."""
    return {
        "type": "messages",
        "items": [_item(message) for message in messages],
        "keyboard": _keys(keyboard),
        "more": more,
        "reset": reset,
    }


def _item(message: WebMessage) -> dict[str, Any]:
    if message.deleted:
        return {"id": message.id, "seq": message.seq, "deleted": True}
    content = message.content
    item: dict[str, Any] = {
        "id": message.id,
        "seq": message.seq,
        "author": message.author,
        "text": content.text,
        "entities": list(content.entities),
        "buttons": [[_shown(button) for button in row] for row in content.buttons],
        "at": message.at.isoformat(),
    }
    if content.place:
        item["location"] = _location(content.place)
    if content.document:
        item["document"] = {
            "name": content.document.name,
            "size": content.document.size,
            "url": f"/files/{message.id}",
        }
    if message.client_id:
        item["client_id"] = message.client_id
    return item


def _shown(button: Button) -> dict[str, str]:
    return (
        {"text": button.text, "url": button.url}
        if button.url
        else {"text": button.text, "data": button.data or ""}
    )


def _keys(keyboard: Keyboard | None) -> dict[str, Any] | None:
    """Leave out keys that ask for a contact: the web knows who its visitor is."""
    if keyboard is None:
        return None
    rows = [
        [{"text": key.text, "asks": key.asks} for key in row if key.asks != "contact"]
        for row in keyboard.rows
    ]
    return {"rows": [row for row in rows if row], "placeholder": keyboard.placeholder}


def message_dict(message: WebMessage, person_name: str) -> dict[str, Any]:
    """Return the message as a Bot API Message."""
    chat = {"id": message.chat_id, "type": "private", "first_name": person_name}
    author = BOT if message.author == "bot" else person_dict(message.chat_id, person_name)
    content = message.content
    result: dict[str, Any] = {
        "message_id": message.id,
        "date": int(message.at.timestamp()),
        "chat": chat,
        "from": author,
    }
    words = ("caption", "caption_entities") if content.document else ("text", "entities")
    if content.text:
        result[words[0]] = content.text
    if content.entities:
        result[words[1]] = list(content.entities)
    if content.place:
        result["location"] = _location(content.place)
    if content.document:
        result["document"] = _document(content.document)
    if content.buttons:
        result["reply_markup"] = {
            "inline_keyboard": [[_inline(button) for button in row] for row in content.buttons]
        }
    return result


def person_dict(chat_id: int, name: str) -> dict[str, Any]:
    """Return the person behind a chat as a Bot API User; in a private chat both have one id."""
    return {"id": chat_id, "is_bot": False, "first_name": name}


def _location(place: Place) -> dict[str, Any]:
    location = {"latitude": place.latitude, "longitude": place.longitude}
    return location if place.accuracy_m is None else {**location, "horizontal_accuracy": place.accuracy_m}


def _document(document: Document) -> dict[str, Any]:
    return {
        "file_id": document.token,
        "file_unique_id": document.token,
        "file_name": document.name,
        "mime_type": document.mime_type,
        "file_size": document.size,
    }


def _inline(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "callback_data": button.data or ""}


def buttons_of(markup: Mapping[str, Any] | None) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons of an inline keyboard that a page can show: with data, or with a web link."""
    rows = [
        tuple(button for given in row if (button := _button(given)))
        for row in (markup or {}).get("inline_keyboard", ())
    ]
    return tuple(row for row in rows if row)


def _button(given: Mapping[str, Any]) -> Button | None:
    if "callback_data" in given:
        return Button(given["text"], data=given["callback_data"])
    return Button(given["text"], url=given["url"]) if is_web_link(given.get("url")) else None


def keyboard_of(markup: Mapping[str, Any]) -> Keyboard:
    """Return a Bot API ReplyKeyboardMarkup as the log keeps it."""
    rows = tuple(tuple(_key(given) for given in row) for row in markup["keyboard"])
    return Keyboard(rows, markup.get("input_field_placeholder") or "")


def _key(given: Mapping[str, Any] | str) -> Key:
    if isinstance(given, str):
        return Key(given)
    if given.get("request_location"):
        return Key(given["text"], asks="location")
    return Key(given["text"], asks="contact" if given.get("request_contact") else None)
