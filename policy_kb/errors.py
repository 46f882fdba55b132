"""What can go wrong with documents.

PolicyError
├── Unreadable       a file that cannot be taken in
├── NoSuchDocument   the base has none of that number
└── BadEdit          what a document is to be changed to cannot be
"""


class PolicyError(Exception):
    """A fault around documents; `text` tells the person in Chinese what to do next, the exception's own text is for the log."""

    def __init__(self, text: str, log: str = "") -> None:
        super().__init__(log or text)
        self.text = text


class Unreadable(PolicyError):
    """The file cannot be taken in. A format's reader leaves `{name}` in the text where the file's name belongs."""


class NoSuchDocument(PolicyError):
    """The base has no document of that number."""


class BadEdit(PolicyError):
    """A title, date or validity that a document cannot have."""
