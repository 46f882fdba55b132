"""What can go wrong with documents.

PolicyError
├── Unreadable       a file that cannot be taken in
└── NoSuchDocument   the base has none of that number
"""


class PolicyError(Exception):
    """A fault around documents; `text` tells the person in Chinese what to do next, the exception's own text is for the log."""

    def __init__(self, text: str, log: str = "") -> None:
        super().__init__(log or text)
        self.text = text


class Unreadable(PolicyError):
    """The file cannot be taken in."""


class NoSuchDocument(PolicyError):
    """The base has no document of that number."""
