"""Instants as the file holds them: UTC, ISO 8601, to the microsecond, so that text order is time order."""

from datetime import UTC, datetime


def text_of(instant: datetime) -> str:
    """Return the text of an aware instant, e.g. `2026-11-25T00:30:00.000000+00:00`."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def instant_of(text: str) -> datetime:
    """Return the instant that `text_of` wrote."""
    return datetime.fromisoformat(text)
