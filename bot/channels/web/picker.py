"""The demo's door: one chooses who one wants to be. Open only on this machine, while the demo is loaded."""

from aiohttp import web

from bot.channels.web.guard import is_at_this_machine, require_same_origin
from bot.channels.web.ingress import Ingress
from bot.channels.web.sessions import Sessions, give_cookie
from bot.channels.web.templates import Markup, fill, joined, page
from fieldwork import demo
from fieldwork.duties import role_label
from storage import Store
from storage.roster import Person

TITLE = "驻村助手 · 先试试看"
CLOSED = "演示只在装有本程序的这台电脑上打开。请用联席办发给您的邀请链接进入。"
NO_SUCH_PERSON = "演示里没有这个人，请返回重新选择。"

EACH = 3
TRY = {
    "member": "签到、记一次走访、问一条政策",
    "leader": "看全队这一周：谁记了什么，还缺什么",
    "helper": "从结对户里选一户，记一次走访",
    "first_secretary": "看本村的一周，问一条组织工作的规定",
    "office": "回答文件里没有答案的问题，添加政策文件",
}


class Picker:
    """Shows who can be chosen, and lets in whoever has chosen."""

    def __init__(self, *, store: Store, sessions: Sessions, ingress: Ingress, loopback: bool) -> None:
        self._store = store
        self._sessions = sessions
        self._ingress = ingress
        self._loopback = loopback

    async def page(self, request: web.Request) -> web.Response | None:
        """Return the page of choices, None where the door is closed."""
        if not (self._loopback and is_at_this_machine(request)):
            return None
        async with self._store.unit():
            if not demo.loaded(self._store):
                return None
            groups = joined(self._group(role) for role in TRY)
        return page(TITLE, fill("picker.html", groups=groups), kind="picker")

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Let the visitor in as the person that the form names."""
        require_same_origin(request)
        code = str((await request.post()).get("person", ""))
        if not (self._loopback and is_at_this_machine(request)):
            raise web.HTTPForbidden(text=CLOSED)
        async with self._store.unit():
            if not demo.loaded(self._store):
                raise web.HTTPForbidden(text=CLOSED)
            person = self._store.roster.person(code)
            if person is None or person.left_on is not None:
                raise web.HTTPNotFound(text=NO_SUCH_PERSON)
            token, visitor = self._sessions.enter(person)
            if visitor:
                self._ingress.greet(visitor)
        self._ingress.arrived()
        response = web.Response(status=303, headers={"Location": "/"})
        give_cookie(response, request, token)
        return response

    def _group(self, role: str) -> Markup:
        people = _spread(self._store.roster.people(role=role))
        if not people:
            return Markup("")
        cards = joined(self._card(person) for person in people)
        return fill("picker_group.html", role=role_label(role), hint=TRY[role], key=role, cards=cards)

    def _card(self, person: Person) -> Markup:
        team = self._store.roster.team(person.team) if person.team else None
        place = self._store.roster.place(person.place)
        unit = self._store.roster.unit_name(person.unit)
        where = team.name if team else " · ".join(filter(None, (place.name if place else "", unit)))
        return fill(
            "picker_card.html",
            code=person.code,
            name=person.name,
            initial=person.name[:1],
            where=where,
            key=person.role,
        )


def _spread(people: list[Person]) -> list[Person]:
    """Return a few of the people, from as many teams and places as there are."""
    chosen: dict[str, Person] = {}
    for person in people:
        chosen.setdefault(person.team or person.place, person)
    rest = [person for person in people if person not in chosen.values()]
    return [*chosen.values(), *rest][:EACH]
