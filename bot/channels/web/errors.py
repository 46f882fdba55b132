"""What can go wrong between a page and the assistant.

WebChatError
├── Refused      it cannot be taken; the page is told why, in a sentence, and stays open
├── NoEntry      the session has ended meanwhile
└── Unsayable    the web cannot do what a row of the outbox asks for; nothing has been written
"""


class WebChatError(Exception):
    """A fault of the web chat; `text` is for the person, the exception's own text for the log."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Refused(WebChatError):
    """What came cannot be taken; `text` tells the person what to do."""


class NoEntry(WebChatError):
    """Nobody holds this session any more."""


class Unsayable(WebChatError):
    """The web cannot do what the row asks for; nothing has been written."""
