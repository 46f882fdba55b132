"""Who is told when a person can no longer be reached, and in what words: a request for help, never a complaint."""

from datetime import datetime

from fieldwork import invitations
from storage import Store
from storage.roster import Person

CHANNELS = {"telegram": "Telegram", "web": "网页"}
WORDS = (
    "{name}在{channel}上收不到消息了，多半是换了手机或者误点了停用。"
    "方便时请把这个新链接转给{name}，点开就能回来（7 天内有效，只能用一次）：\n{link}"
)
ON_TELEGRAM = "想继续用 Telegram，把这一行发给机器人就行：/start {code}"


def whom_to_tell(store: Store, person: Person) -> list[Person]:
    """Return who can help, the nearest first: the leader of the team, then the offices upwards."""
    leaders = store.roster.people(team=person.team, role="leader") if person.team else []
    offices: list[Person] = []
    place = store.roster.place(person.place)
    while place is not None:
        code = place.code
        offices += [each for each in store.roster.people(role="office") if each.place == code]
        place = store.roster.place(place.parent) if place.parent else None
    return [each for each in (*leaders, *offices) if each.code != person.code]


def words(store: Store, person: Person, channel: str, *, link_base: str, now: datetime) -> str:
    """Invite the person afresh and return what to say to whoever helps."""
    code = invitations.create(store, person, now)
    told = WORDS.format(
        name=person.name, channel=CHANNELS.get(channel, channel), link=f"{link_base}/join/{code}"
    )
    return f"{told}\n{ON_TELEGRAM.format(code=code)}" if channel == "telegram" else told
