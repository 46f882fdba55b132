"""The web channel put together: its routes, and what it does with the rows of the outbox."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.channels.web.errors import Unsayable
from bot.channels.web.files import Files
from bot.channels.web.guard import add_headers
from bot.channels.web.hub import Hub
from bot.channels.web.ingress import Ingress
from bot.channels.web.pages import Pages
from bot.channels.web.picker import Picker
from bot.channels.web.sessions import Sessions
from bot.channels.web.speech import Speech
from bot.channels.web.talk import Talk
from bot.channels.web.templates import static
from storage import Store
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

FILES = "files"


class WebChannel:
    """The web chat.

    `loopback` says that the server listens on this machine alone: only then is the demo's door open.
    `arrived` is called after an update has been put into the inbox. `public_url` is the address that people
    use, where a proxy changes the Host.
    """

    name = "web"

    def __init__(
        self,
        *,
        store: Store,
        folder: Path,
        clock: Callable[[], datetime],
        loopback: bool,
        arrived: Callable[[], None],
        public_url: str = "",
    ) -> None:
        self._store = store
        self._clock = clock
        self._hub = hub = Hub(store)
        sessions = Sessions(store=store, clock=clock)
        ingress = Ingress(store=store, sessions=sessions, hub=hub, clock=clock, arrived=arrived)
        picker = Picker(store=store, sessions=sessions, ingress=ingress, loopback=loopback)
        files = folder / FILES
        self._speech = Speech(webchat=store.webchat, files=files)
        self._picker = picker
        self._files = Files(
            store=store, sessions=sessions, ingress=ingress, folder=files, public_url=public_url
        )
        self._talk = Talk(store=store, sessions=sessions, hub=hub, ingress=ingress, public_url=public_url)
        self._pages = Pages(
            store=store,
            sessions=sessions,
            hub=hub,
            ingress=ingress,
            picker=picker,
            clock=clock,
            public_url=public_url,
        )

    def routes(self, app: web.Application) -> None:
        """Add the routes and the headers of the pages, and have the sockets closed when the server stops."""
        app.add_routes(
            [
                web.get("/", self._pages.home),
                web.get("/healthz", self._pages.health),
                web.get("/join/{code}", self._pages.invitation),
                web.post("/join/{code}", self._pages.join),
                web.post("/leave", self._pages.leave),
                web.post("/demo/enter", self._picker.enter),
                web.get("/chat", self._talk.open),
                web.post("/files", self._files.upload),
                web.get(r"/files/{message_id:\d{1,18}}", self._files.download),
                web.get(r"/static/{name:[a-z_]+\.[a-z]+}", static),
            ]
        )
        app.on_response_prepare.append(add_headers)
        app.on_shutdown.append(self._close)

    async def deliver(self, row: Outgoing) -> None:
        """Bring a row from the outbox into the log and finish it; then show it on the open pages."""
        passing = None
        async with self._store.unit():
            now = self._clock()
            try:
                passing = self._speech.apply(row, now)
            except Unsayable as error:
                log.warning("row %s cannot be said on the web: %s", row.id, error)
                self._store.outbox.finish(row.id, "failed", at=now, error=str(error))
            else:
                self._store.outbox.finish(row.id, "sent", at=now)
        if passing is not None:
            self._hub.pass_on(row.chat_id, passing)
        self._hub.changed(row.chat_id)

    async def fetch(self, file_id: str) -> Path:
        """Return where the file lies that an update calls `file_id`; FileNotFoundError when it is gone."""
        return self._files.path_of(file_id)

    async def _close(self, _app: web.Application) -> None:
        self._hub.close()
