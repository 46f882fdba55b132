"""For whom an office issues something: the question, its buttons, and how far the office's place reaches."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup

from fieldwork import scope
from fieldwork.scope import HEADS
from handlers.keyboards import buttons
from policy_kb import Scope
from storage import Store
from storage.roster import Person, Place

ASK_SCOPE = "谁能查到？"
EVERYBODY, HEADS_ONLY, OFFICES_ONLY = "{place}所有人", "只给{place}的队长、第一书记", "只给{place}的联席办"
ONE_PLACE = "只给下面一个乡镇或村…"
WHICH_PLACE = "只给哪里？"
PAGE = 8

Row = Sequence[tuple[str, CallbackData]]


class For(CallbackData, prefix="sc_f"):
    """Who may read it: everybody, heads or offices of a place; `of` is the file it is about, 0 the answer being written."""

    place: str
    who: str
    of: int


class Places(CallbackData, prefix="sc_p"):
    """A page of the places below."""

    number: int
    of: int


def for_whom(places: Sequence[Place], *, foot: Row, of: int = 0) -> InlineKeyboardMarkup:
    """Return who may read what the office of the first of the places issues: as far as its place reaches."""
    own = places[0]
    rows: list[Row] = [
        [(EVERYBODY.format(place=own.name), For(place=own.code, who="all", of=of))],
        [(HEADS_ONLY.format(place=own.name), For(place=own.code, who="heads", of=of))],
        [(OFFICES_ONLY.format(place=own.name), For(place=own.code, who="offices", of=of))],
        [(ONE_PLACE, Places(number=0, of=of))] if len(places) > 1 else [],
    ]
    return buttons(*rows, foot)


def one_place(places: Sequence[Place], page: int, *, foot: Row, of: int = 0) -> InlineKeyboardMarkup:
    """Return a page of the places below the first one."""
    below = places[1:]
    last = max(0, (len(below) - 1) // PAGE)
    page = min(max(page, 0), last)
    shown = below[page * PAGE : (page + 1) * PAGE]
    paging = [("‹ 上一页", Places(number=page - 1, of=of))] if page else []
    paging += [(f"下一页（{page + 1}/{last + 1}）›", Places(number=page + 1, of=of))] if page < last else []
    rows = [
        [(each.name, For(place=each.code, who="all", of=of)) for each in shown[n : n + 2]]
        for n in range(0, len(shown), 2)
    ]
    return buttons(*rows, paging, foot)


def scope_of(chosen: For) -> Scope:
    """Return the scope that was chosen."""
    roles = {"heads": HEADS, "offices": ("office",)}.get(chosen.who, ())
    return Scope(chosen.place, roles)


def scope_words(store: Store, wanted: Scope) -> str:
    """Say who may read."""
    place = store.roster.place(wanted.place) if wanted.place else None
    name = place.name if place else ""
    if wanted.public:
        return "所有人"
    words = {tuple(sorted(HEADS)): HEADS_ONLY, ("office",): OFFICES_ONLY}.get(wanted.roles, EVERYBODY)
    return words.format(place=name)


def within_reach(store: Store, person: Person, wanted: Scope) -> bool:
    """Say whether the office may issue for this scope: for its own place and those below."""
    return any(place.code == wanted.place for place in scope.answers_for(store, person))
