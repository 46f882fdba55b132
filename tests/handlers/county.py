"""A county with a real knowledge base, empty at first, two offices and people of two townships."""

from datetime import datetime, timedelta
from pathlib import Path

from fieldwork import scope
from handlers.readers import reader_of
from policy_kb import Answer, Given, KnowledgeBase, Scope
from storage.roster import Person
from tests.handlers.talk import Talk, Town

COUNTY, TOWNSHIP, OTHER_TOWNSHIP = "539900", "539900101", "539900201"
VILLAGE, OTHER_VILLAGE = "539900101201", "539900201201"


class County(Town):
    """The demo county with its base; `office` is the county's, `township` that of the first township."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.base = KnowledgeBase.open(folder / "policy")
        super().__init__(folder, now, kb=self.base)
        with self.store.transaction():
            self.store.roster.put_person(
                Person("office-11", "方文静", None, "office", TOWNSHIP, unit="杉岭镇联席办")
            )
        with self.store.transaction():  # the demo's own two questions are out of the way
            self.store.questions.drop([1, 2], by="demo-office", at=now - timedelta(days=1))

    def add(self, name: str, text: str, scope: Scope = Scope()) -> int:  # noqa: B008 - frozen
        """Put a document into the base and return its id."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return self.base.add(path, now=self.now, given=Given(scope=scope)).document.id

    def asks(self, code: str, text: str) -> Answer:
        """Return what the base says to a person, without a word in the chat."""
        person = self.store.roster.person(code)
        assert person
        assert scope.stands_in(self.store, person)
        return self.base.ask(text, reader=reader_of(self.store, person), day=self.now.date())

    async def enters(self, code: str, channel: str = "web") -> Talk:
        """Open somebody's chat."""
        talk = await self.talk(code, channel)
        await talk.says("/start")
        return talk
