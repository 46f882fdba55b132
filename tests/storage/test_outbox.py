"""The outbox: who is next, what becomes of a message, what a kill leaves behind."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import Store
from storage.outbox import ALL_DAY, AT_REST, USEFUL, Kind

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty data file."""
    store = Store(tmp_path)
    yield store
    store.close()


def put(
    store: Store,
    chat: int,
    kind: Kind = "reply",
    *,
    channel: str = "telegram",
    key: str | None = None,
    expires_at: datetime | None = None,
) -> int | None:
    """Put a message on its way."""
    return store.outbox.add(
        channel=channel,
        chat_id=chat,
        kind=kind,
        method="sendMessage",
        payload={"text": f"给 {chat}"},
        at=NOW,
        key=key,
        expires_at=expires_at,
    )


def claimed(store: Store, *, at: datetime = NOW, limit: int = 10) -> list[int]:
    """Return the chats whose messages are claimed now, in their order."""
    return [message.chat_id for message in store.outbox.claim("telegram", at=at, limit=limit)]


def test_a_message_comes_out_as_it_was_put_in(store: Store) -> None:
    """What is claimed is what was added."""
    number = put(store, 1)
    (message,) = store.outbox.claim("telegram", at=NOW, limit=1)
    assert (message.id, message.chat_id, message.kind, message.attempts) == (number, 1, "reply", 0)
    assert message.payload == {"text": "给 1"}


def test_a_business_fact_is_sent_once(store: Store) -> None:
    """A second message with the key of the first is not put on its way."""
    assert put(store, 1, key="remind:p1:2026-11-25")
    assert put(store, 1, key="remind:p1:2026-11-25") is None


def test_a_chat_has_one_message_on_its_way(store: Store) -> None:
    """The second waits until the first has ended, whether it is claimed or being sent."""
    first, second = put(store, 1), put(store, 1)
    assert first
    assert second
    assert claimed(store) == [1]
    assert claimed(store) == []
    store.outbox.sending(first)
    assert claimed(store) == []
    store.outbox.finish(first, "sent", at=NOW)
    assert [message.id for message in store.outbox.claim("telegram", at=NOW, limit=9)] == [second]


def test_a_message_put_back_keeps_its_place_and_holds_up_nobody_else(store: Store) -> None:
    """Until it is due again the chat's later messages wait behind it, other chats go on."""
    first = put(store, 1)
    put(store, 1)
    put(store, 2)
    assert first
    assert claimed(store, limit=1) == [1]
    store.outbox.again(first, not_before=NOW + MINUTE, error="busy")
    assert claimed(store) == [2]
    assert [message.id for message in store.outbox.claim("telegram", at=NOW + MINUTE, limit=9)] == [first]


def test_a_message_that_has_ended_cannot_be_put_back(store: Store) -> None:
    """A late word of failure does not send a message twice."""
    first = put(store, 1)
    assert first
    claimed(store)
    store.outbox.finish(first, "sent", at=NOW)
    store.outbox.again(first, not_before=NOW)
    assert claimed(store) == []


def test_who_waits_for_a_reply_comes_before_digests(store: Store) -> None:
    """A reply overtakes other people's digests; one's own older digest goes along in front of it."""
    for chat in range(1, 6):
        put(store, chat, "digest")
    put(store, 4)
    put(store, 9, "notice")
    assert claimed(store, limit=3) == [4, 9, 1]
    assert store.outbox.counts() == {"claimed": 3, "pending": 4}


def test_replies_come_before_notices_and_these_before_digests(store: Store) -> None:
    """Whatever was put in first."""
    kinds: list[Kind] = ["digest", "notice", "digest", "reply", "notice", "reply"]
    for chat, kind in enumerate(kinds, 1):
        put(store, chat, kind)
    assert claimed(store) == [4, 6, 2, 5, 1, 3]


def test_a_chat_keeps_its_order_whatever_it_waits_for(store: Store) -> None:
    """The head goes for all that waits behind it: an older notice leaves before the reply."""
    first, second = put(store, 1, "notice"), put(store, 1, "reply")
    put(store, 2, "reply")
    assert [message.id for message in store.outbox.claim("telegram", at=NOW, limit=1)] == [first]
    assert first
    store.outbox.finish(first, "sent", at=NOW)
    assert [message.id for message in store.outbox.claim("telegram", at=NOW, limit=1)] == [second]


def test_digests_rest_while_replies_and_notices_go(store: Store) -> None:
    """Those of one's own chat too; afterwards they go, unless they have died of age meanwhile."""
    put(store, 1, "digest", expires_at=NOW + MINUTE)
    put(store, 2, "digest")
    reply, notice = put(store, 2, "reply"), put(store, 3, "notice")
    resting = store.outbox.claim("telegram", at=NOW, limit=9, digests=False)
    assert [message.id for message in resting] == [reply, notice]
    for message in resting:
        store.outbox.finish(message.id, "sent", at=NOW)
    assert claimed(store, at=NOW + MINUTE) == [2]
    assert store.outbox.counts() == {"sent": 2, "claimed": 1, "expired": 1}


def test_a_digest_on_its_way_holds_up_its_chat_when_the_rest_begins(store: Store) -> None:
    """Two messages of one chat are never in flight."""
    put(store, 1, "digest")
    assert claimed(store) == [1]
    put(store, 1, "reply")
    assert store.outbox.claim("telegram", at=NOW, limit=9, digests=False) == []


@pytest.mark.parametrize("kind", USEFUL)
def test_every_message_dies_unsent_when_its_time_is_over(store: Store, kind: Kind) -> None:
    """Each kind has a time of its own where the sender gives none."""
    put(store, 1, kind)
    assert store.outbox.expire(at=NOW + USEFUL[kind] - MINUTE) == 0
    assert claimed(store, at=NOW + USEFUL[kind]) == []
    assert store.outbox.counts() == {"expired": 1}


def test_a_pause_written_by_a_clock_that_ran_ahead_is_over_at_once(store: Store) -> None:
    """Set back by a year, the clock does not hold a reply for a year."""
    number = put(store, 1)
    assert number
    store.outbox.again(number, not_before=NOW + timedelta(days=365))
    assert claimed(store) == [1]


def test_channels_do_not_see_each_other(store: Store) -> None:
    """The same chat number on another channel is another chat."""
    put(store, 1, channel="web")
    assert claimed(store) == []
    put(store, 1)
    assert claimed(store) == [1]


def test_what_has_outlived_its_use_ends_unsent(store: Store) -> None:
    """A stale digest is ended when its turn comes, and what waits behind it goes."""
    put(store, 1, "digest", expires_at=NOW)
    fresh = put(store, 1)
    assert [message.id for message in store.outbox.claim("telegram", at=NOW, limit=9)] == [fresh]
    assert store.outbox.counts() == {"claimed": 1, "expired": 1}


def test_after_a_kill_replies_go_again_and_digests_stay_in_doubt(store: Store) -> None:
    """Only what was being sent is in doubt; another channel's messages are left alone."""
    waiting, reply, digest, elsewhere = (
        put(store, 1),
        put(store, 2),
        put(store, 3, "digest"),
        put(store, 4, channel="web"),
    )
    assert waiting
    assert reply
    assert digest
    assert elsewhere
    claimed(store)
    store.outbox.sending(reply)
    store.outbox.sending(digest)
    store.outbox.claim("web", at=NOW, limit=1)
    assert store.outbox.in_doubt(digest)
    assert not store.outbox.in_doubt(waiting)
    assert store.outbox.recover("telegram", at=NOW) == 1
    assert store.outbox.counts() == {"pending": 2, "unknown": 1, "claimed": 1}
    assert [m.attempts for m in store.outbox.claim("telegram", at=NOW, limit=9)] == [0, 1]


def test_claiming_does_not_read_the_whole_queue(store: Store) -> None:
    """All questions are answered from indexes: no scan of a table, no sorting."""
    for question in (*ALL_DAY, *AT_REST):
        wanted = {"channel": "telegram", "at": "", "never": "", "limit": 1}
        plan = [row[3] for row in store._connection.execute(f"EXPLAIN QUERY PLAN {question}", wanted)]
        assert any("outbox_chat" in step for step in plan)
        assert not [step for step in plan if step.startswith(("SCAN", "USE TEMP"))]
