"""A second way for what did not reach its person.

A notice goes to their other channel; whoever cannot be reached at all is named to the leader or the office, once,
with a fresh invitation.
"""

from datetime import datetime, timedelta

from fieldwork import unreachable
from storage import Store

UNREAD_FOR = timedelta(days=1)
LOOK_BACK = timedelta(days=7)


def second_ways(store: Store, now: datetime) -> int:
    """Send notices that were refused, or not looked at for a day in the web chat, another way; return how many."""
    added = 0
    for missed in store.deliveries.missed(since=now - LOOK_BACK, unread_since=now - UNREAD_FOR):
        other = store.accounts.reachable(missed.person, but="" if missed.refused else missed.channel)
        if other:
            store.outbox.add(
                key=f"other:{missed.id}",
                channel=other.channel,
                chat_id=other.chat_id,
                kind="notice",
                method=missed.method,
                payload={**missed.payload, "chat_id": other.chat_id},
                at=now,
            )
            added += 1
    return added


def tell(store: Store, link_base: str, now: datetime) -> int:
    """Tell of each person who has no chat left that can be reached; return how many messages that makes."""
    added = 0
    for account in store.accounts.untold():
        person = store.roster.person(account.person)
        store.accounts.told(account.channel, account.chat_id, at=now)
        if person is None or person.left_on is not None or store.accounts.reachable(person.code):
            continue
        ears = (store.accounts.reachable(each.code) for each in unreachable.whom_to_tell(store, person))
        ear = next((each for each in ears if each), None)
        if ear is None:
            continue
        text = unreachable.words(store, person, account.channel, link_base=link_base, now=now)
        store.outbox.add(
            key=f"unreachable:{person.code}:{account.unreachable_at}",
            channel=ear.channel,
            chat_id=ear.chat_id,
            kind="notice",
            method="sendMessage",
            payload={"chat_id": ear.chat_id, "text": text},
            at=now,
        )
        added += 1
    return added
