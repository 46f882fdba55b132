"""A message's location as the evidence rules want it."""

from aiogram.types import Message

from fieldwork.evidence import Location


def location_of(message: Message) -> Location:
    """Return the location that the message carries; a forwarded one says so of itself."""
    location = message.location
    assert location, "registered for messages with a location"
    return Location(
        latitude=location.latitude,
        longitude=location.longitude,
        accuracy_m=location.horizontal_accuracy,
        forwarded=message.forward_origin is not None,
    )
