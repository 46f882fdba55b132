"""What can go wrong with the data file.

StorageError
├── Busy        another process has held the file too long
└── Conflict    the row exists already, or somebody was first
"""


class StorageError(Exception):
    """A fault of the data file; `text` is for the person, the exception's own text for the log."""

    def __init__(self, text: str, log: str = "") -> None:
        super().__init__(log or text)
        self.text = text


class Busy(StorageError):
    """Another process has held the file's write lock for too long."""


class Conflict(StorageError):
    """What was to be written stands there already."""
