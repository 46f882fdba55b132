"""How people come in: a one-time invitation from the office, or a number that stands on the roster.

A code is told once and kept only as a hash. Whether a shared contact is the sharer's own, the channel checks.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from fieldwork.errors import NotLetIn
from storage import Store
from storage.roster import Person

BAD_CODE = "这个邀请码用不了：可能已经用过、过期了，或者少了几位。请向联席办再要一个。"
LEFT = "名册上您已经离开驻村工作。如果不对，请联系联席办核对名册。"
NO_SUCH_NUMBER = "名册上没有这个手机号。请向联席办要一个邀请码，或者请他们核对名册上的号码。"
LIFETIME = timedelta(days=7)
# Without letters and digits that are mistaken for one another; Telegram's /start takes these as they are.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


def new_code() -> str:
    """Return a code that cannot be guessed (about 49 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def create(store: Store, person: Person, now: datetime, *, token: Callable[[], str] = new_code) -> str:
    """Invite the person and return the code; it works once, for a week, and replaces an earlier one."""
    if person.left_on is not None:
        raise NotLetIn(LEFT, f"{person.code} has left")
    code = token()
    store.accounts.invite(_hash(code), person=person.code, at=now, expires_at=now + LIFETIME)
    return code


def redeem(store: Store, code: str, now: datetime) -> Person:
    """Use the code up and return whom it invites; raises NotLetIn."""
    invited = store.accounts.redeem(_hash(code), at=now)
    person = store.roster.person(invited) if invited else None
    if person is None:
        raise NotLetIn(BAD_CODE, "unknown, used or expired invitation")
    if person.left_on is not None:
        raise NotLetIn(LEFT, f"{person.code} has left")
    return person


def person_by_phone(store: Store, phone: str) -> Person:
    """Return who has this number on the roster; raises NotLetIn."""
    person = store.roster.person_by_phone(phone)
    if person is None:
        raise NotLetIn(NO_SUCH_NUMBER, "number not on the roster")
    return person


def _hash(code: str) -> str:
    """Return the form in which a code is kept; case, spaces and dashes make no difference."""
    plain = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(plain.encode()).hexdigest()
