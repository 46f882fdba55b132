"""What can go wrong in the field.

FieldworkError
├── Incomplete      something is missing or does not fit in what was filled in
├── NotAllowed      the roster does not let this person do or see it
├── NotLetIn        the invitation or the number opens no door
├── DemoLoaded      the demo stands where real people should
├── BadMeasure      a file of the measure cannot be read
└── RosterFaults    the roster file has faults, all of them listed
"""

from collections.abc import Sequence

ROSTER_NOT_IMPORTED = "名册没有导入，有 {n} 处要改，改好后请再导入一次："
MORE_FAULTS = "……另有 {n} 处。"
MOST_FAULTS = 50


class FieldworkError(Exception):
    """A fault of the trade; `text` tells the person what to do next, the exception's own text the log."""

    def __init__(self, text: str, log: str = "") -> None:
        super().__init__(log or text)
        self.text = text


class Incomplete(FieldworkError):
    """Something is missing or does not fit in what was filled in."""


class NotAllowed(FieldworkError):
    """The roster does not let this person do or see it."""


class NotLetIn(FieldworkError):
    """The invitation or the number opens no door."""


class DemoLoaded(FieldworkError):
    """The demo stands where real people should."""


class BadMeasure(FieldworkError):
    """A file of messages or its roster is not what the measure reads."""


class RosterFaults(FieldworkError):
    """A roster file that cannot be imported; `faults` names sheet, row and what is wrong, one a fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        head = ROSTER_NOT_IMPORTED.format(n=len(faults))
        rest = [MORE_FAULTS.format(n=len(faults) - MOST_FAULTS)] if len(faults) > MOST_FAULTS else []
        text = "\n".join((head, *faults[:MOST_FAULTS], *rest))
        super().__init__(text, f"roster file: {len(faults)} faults")
