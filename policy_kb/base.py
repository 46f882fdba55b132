"""The knowledge base: documents and clauses in a file of its own, and an index over them that follows it."""

import contextlib
import sqlite3  # noqa: TID251 - a file of its own
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from policy_kb import documents, formats, rulings, starter, wordings
from policy_kb.comparing import Comparison, compare
from policy_kb.cutting import Cut, cut
from policy_kb.documents import CLAUSES, Clause, Document, Given
from policy_kb.errors import PolicyError, Unreadable
from policy_kb.finding import Finder, Found, Passage, searchable
from policy_kb.formats import archive
from policy_kb.learned import Beside, Learned
from policy_kb.living import Label, Living, LivingIndex
from policy_kb.migrations import migrations
from policy_kb.particulars import REPEALED
from policy_kb.rights import Reader, Scope, may_read
from policy_kb.rulings import Rulings
from policy_kb.titling import Titled, titled
from policy_kb.wordings import Wordings

FILE, INDEX = "kb.sqlite", "index"
_PATIENCE_S = 30.0
_NEAREST, _MOST_SHOWN = 2, 10

_GONE = Passage(0, "", (), "", current=False)  # what was taken out while a question was being answered

NO_CLAUSES = "“{name}”里没有分出条款。请确认文件里有正文。"


@dataclass(frozen=True)
class Hit:
    """A clause as found for a question; scores compare only within one answer."""

    clause_id: int
    document: str
    date: str | None
    heading: tuple[str, ...]
    text: str
    score: float
    issuer: str | None = None
    kind: documents.Kind = "document"


@dataclass(frozen=True)
class Answer:
    """What the documents say to a question: the sentence and, first, the clause it stands in; or the nearest clauses only.

    `bold` are the spans of the answer with amounts, dates and duties; `listed` is how many clauses after the first
    answer too, where a list was asked for; `certainty` (0 to 1) is that the documents answer.
    """

    question: str
    answered: bool
    answer: str | None
    clauses: tuple[Hit, ...]
    ms: float
    bold: tuple[tuple[int, int], ...] = ()
    listed: int = 0
    certainty: float = 0.0


@dataclass(frozen=True)
class Added:
    """What came of adding a document. `already`: the same text is in the base, nothing was changed.

    `seconds` count reading, cutting and writing; `replaced` are the numbers of the older versions that it replaced.
    """

    document: Document
    already: bool
    seconds: float
    first: str
    last: str
    replaced: tuple[int, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A document that was not taken in: its name, within an archive too, and why."""

    name: str
    reason: PolicyError


@dataclass(frozen=True)
class _Loaded:
    """An index with what it was built from, as of a state of documents and wordings."""

    changes: tuple[int, int]
    living: Living
    documents: Mapping[int, Document]
    finder: Finder
    learned: Learned

    def readable(self, reader: Reader | None, day: date | None) -> "NDArray[np.bool_] | None":
        """Return bool[clauses]: what the reader may read and is in force on the day; None where that is everything."""
        closed = [
            each.id
            for each in self.documents.values()
            if not may_read(each.scope, reader) or rulings.ended(each, day)
        ]
        return self.living.alive & ~np.isin(self.living.documents, closed) if closed else None


class KnowledgeBase:
    """Answers from one folder's documents; may be asked from several threads while others, other processes too, add to it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE
        self._building = threading.Lock()
        self._loaded: _Loaded | None = None
        self._index = LivingIndex(folder / INDEX)
        self.wordings = Wordings(self._open, self._follow)
        self.rulings = Rulings(self._open, self._follow)
        with self._open() as db:
            migrations.apply(db)

    @classmethod
    def open(cls, folder: Path) -> "KnowledgeBase":
        """Open the base in `folder`, which is created when missing."""
        return cls(folder)

    @property
    def is_new(self) -> bool:
        """Whether nothing has ever been put in or taken out."""
        return self.generation == 0

    @property
    def generation(self) -> int:
        """A number that grows with every change, whichever process makes it."""
        with self._open() as db:
            return int(db.execute("SELECT number FROM generation").fetchone()[0])

    def load_starter(self, *, now: datetime) -> Document:
        """Put the digest that the program brings into the base; it steps back where the original is."""
        began = time.perf_counter()
        return self._put(starter.read(), starter.SOURCE, now, began, given=Given(), is_starter=True).document

    def add(self, path: Path, *, now: datetime, name: str | None = None, given: Given = Given()) -> Added:  # noqa: B008 - frozen
        """Take in the document at `path`, called `name` where that differs; raises Unreadable with the reason."""
        began = time.perf_counter()
        name = name or path.name
        return self._put(titled(formats.read(path, name), name), name, now, began, given=given)

    def add_each(
        self,
        path: Path,
        *,
        now: datetime,
        name: str | None = None,
        given: Given = Given(),  # noqa: B008 - frozen
    ) -> Iterator[Added | Refused]:
        """Take in the file at `path`, or each document of an archive, one by one; go on past those that cannot be read."""
        return _of_each(
            path, name or path.name, lambda file, name: self.add(file, now=now, name=name, given=given)
        )

    def preview_each(
        self, path: Path, *, now: datetime, name: str, given: Given
    ) -> Iterator[Added | Refused]:
        """Say of each document of a file what would come of adding it; nothing is changed."""

        def preview(file: Path, name: str) -> Added:
            began = time.perf_counter()
            return self._put(
                titled(formats.read(file, name), name), name, now, began, given=given, keep=False
            )

        return _of_each(path, name, preview)

    def _put(
        self,
        found: Titled,
        source: str,
        now: datetime,
        began: float,
        *,
        given: Given,
        is_starter: bool = False,
        keep: bool = True,
    ) -> Added:
        cuts = cut(found.body)
        if not cuts:
            raise Unreadable(NO_CLAUSES.format(name=source))
        with self._open() as db, _piece_of_work(db, keep=keep):
            number, new = documents.insert(
                db, found, cuts, source=source, now=now, is_starter=is_starter, given=given
            )
            if new:
                if not is_starter:
                    documents.set_version(db, number)
                _changed(db)
            document = documents.one(db, number)
            replaced = documents.replaced_by(db, number) if new else ()
        if keep:
            self._follow()
        seconds = time.perf_counter() - began
        return Added(document, not new, seconds, _outline(cuts[0]), _outline(cuts[-1]), replaced)

    def documents(self) -> tuple[Document, ...]:
        """Return all documents in the order in which they came."""
        with self._open() as db:
            return documents.every(db)

    def edit(self, document_id: int, **values: str) -> Document:
        """Correct what was found of a document (names: documents.EDITABLE); raises NoSuchDocument, BadEdit."""
        with self._open() as db, db.atomic():
            documents.change(db, document_id, values)
            _changed(db)
            edited = documents.one(db, document_id)
        self._follow()
        return edited

    def restrict(self, document_id: int, scope: Scope) -> Document:
        """Set who may read a document; raises NoSuchDocument, BadEdit where the same text is there for these readers."""
        with self._open() as db, db.atomic():
            documents.set_scope(db, document_id, scope)
            _changed(db)
            restricted = documents.one(db, document_id)
        self._follow()
        return restricted

    def remove(self, document_id: int) -> Document:
        """Take a document and its clauses out; what it replaced is in force again. Raises NoSuchDocument."""
        with self._open() as db, db.atomic():
            document = documents.delete(db, document_id)
            _changed(db)
        self._follow()
        return document

    def text(self, document_id: int) -> str:
        """Return a document's whole text; raises NoSuchDocument."""
        with self._open() as db:
            return documents.body(db, document_id)

    def compare(self, old_id: int, new_id: int) -> Comparison:
        """Set two versions of a document side by side, clause by clause; raises NoSuchDocument."""
        with self._open() as db:
            old, new = documents.one(db, old_id), documents.one(db, new_id)
            return compare(old, new, documents.clauses_of(db, old_id), documents.clauses_of(db, new_id))

    def clause(self, clause_id: int, *, reader: Reader | None = None) -> Clause | None:
        """Return a clause by its id, if the reader may read it; None reads everything."""
        with self._open() as db:
            row = db.execute(f"{CLAUSES} WHERE clauses.id = ?", (clause_id,)).fetchone()
        found = documents.clause(row) if row else None
        return found if found and may_read(found.scope, reader) else None

    def readable(self, clause_ids: Iterable[int], reader: Reader) -> set[int]:
        """Return which of these clauses are there and may be read by the reader."""
        wanted = ",".join(str(int(each)) for each in set(clause_ids))
        with self._open() as db:
            rows = db.execute(f"{CLAUSES} WHERE clauses.id IN ({wanted})").fetchall()
        return {each.id for each in map(documents.clause, rows) if may_read(each.scope, reader)}

    def find(self, text: str, *, reader: Reader | None, day: date, most: int) -> tuple[Hit, ...]:
        """Return the clauses nearest to a text, best first, whether they answer anything or not."""
        loaded = self._loaded or self._rebuilt()
        finding = loaded.finder.find(text, readable=loaded.readable(reader, day), learned=loaded.learned)
        return self._hits(loaded, finding.ranked[:most])

    def ask(
        self,
        question: str,
        *,
        before: str | None = None,
        reader: Reader | None = None,
        day: date | None = None,
    ) -> Answer:
        """Answer a question from the documents; one that follows another takes its topic from the one `before`.

        For the `reader` what may not be read is as if it were not there; None reads everything. An office's answer that has ended
        by the `day` is not searched; without a day none has. An index that is being rebuilt does not hold a question up.
        """
        loaded = self._loaded or self._rebuilt()
        began = time.perf_counter()
        readable = loaded.readable(reader, day)
        finding = loaded.finder.find(question, before=before, readable=readable, learned=loaded.learned)
        said = finding.said
        hits = self._hits(loaded, finding.ranked[: _MOST_SHOWN if said else _NEAREST])
        spent = (time.perf_counter() - began) * 1000
        return Answer(
            question=question,
            answered=said is not None,
            answer=said.answer if said else None,
            clauses=hits,
            ms=round(spent, 2),
            bold=said.bold if said else (),
            listed=len(said.clauses) - 1 if said else 0,
            certainty=finding.certainty,
        )

    def _hits(self, loaded: _Loaded, ranked: Sequence[Found]) -> tuple[Hit, ...]:
        """Return the clauses that were found; one that was taken out meanwhile is left out."""
        numbers = [int(loaded.living.clauses[each.place]) for each in ranked]
        with self._open() as db:
            clauses = {each.id: each for each in documents.by_number(db, numbers)}
        pairs = zip(numbers, ranked, strict=True)
        return tuple(_hit(clauses[number], each.score) for number, each in pairs if number in clauses)

    def index_state(self) -> str:
        """Say what lies on disk of the index: living.NEW, WHOLE or DAMAGED; the last is built anew by the next question."""
        return self._index.state()

    def refresh(self) -> bool:
        """Bring the index up to date; True when there was something to do. Questions go on meanwhile on the old one."""
        with self._open() as db:
            changes = _changes(db)
        if self._loaded and self._loaded.changes == changes:
            return False
        self._rebuilt()
        return True

    def backup_to(self, path: Path) -> None:
        """Write a consistent copy of the base to `path`, while others go on using it."""
        with self._open() as db, contextlib.closing(sqlite3.connect(path)) as copy:
            db.conn.backup(copy)

    def _follow(self) -> None:
        """Have one's own change answered at once where questions are being answered, also while the first index is being built."""
        if self._loaded or self._building.locked():
            self._rebuilt()

    def _rebuilt(self) -> _Loaded:
        with self._building, self._open() as db:
            changes = _changes(db)
            loaded = self._loaded
            if loaded is None or loaded.changes[0] != changes[0]:
                loaded = self._followed(db, changes)
            elif loaded.changes != changes:
                loaded = replace(loaded, changes=changes, learned=_learned(db, loaded.living))
            self._loaded = loaded
            return loaded

    def _followed(self, db: Database, changes: tuple[int, int]) -> _Loaded:
        """Index what is searched, in parts for each scope: for whoever may not read a part it is as if it were not there."""
        searched = {document.id: document for document in documents.every(db) if document.active}
        labels = {each.id: Label(repr(each.scope), each.title) for each in searched.values()}
        rows = db.execute("SELECT id, document FROM clauses ORDER BY id").fetchall()
        numbers = np.array(rows, dtype=np.int64).reshape(-1, 2)
        numbers = numbers[np.isin(numbers[:, 1], list(searched))]

        def fetch(wanted: Sequence[int]) -> dict[int, Passage]:
            return {
                each.id: _passage(each, searched[each.of].validity)
                for each in documents.by_number(db, wanted)
            }

        living = self._index.follow(numbers[:, 0], numbers[:, 1], labels, fetch)

        def passages(places: Sequence[int]) -> list[Passage]:
            wanted = living.clauses[list(places)].tolist()
            with self._open() as own:
                there = {each.id: each for each in documents.by_number(own, wanted)}
            return [
                _passage(there[number], searched[there[number].of].validity) if number in there else _GONE
                for number in wanted
            ]

        return _Loaded(changes, living, searched, Finder(living.index, passages), _learned(db, living))

    @contextlib.contextmanager
    def _open(self) -> Iterator[Database]:
        """Open a connection for one piece of work: cheap, and each thread has its own."""
        connection = sqlite3.connect(self.path, timeout=_PATIENCE_S, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA foreign_keys=ON")
            yield Database(connection)
        finally:
            connection.close()


def iter_files(path: Path) -> Iterator[Path]:
    """Give the file itself, or all files below a folder by name, hidden ones left out."""
    if not path.is_dir():
        yield path
        return
    for each in sorted(path.rglob("*")):
        if each.is_file() and not any(part.startswith((".", "~$")) for part in each.relative_to(path).parts):
            yield each


def _of_each(path: Path, name: str, work: Callable[[Path, str], Added]) -> Iterator[Added | Refused]:
    """Do the work on the file, or on each document of an archive, one by one; go on past those that cannot be read."""
    members = (
        archive.members(path, name) if name.lower().endswith(archive.SUFFIX) else [archive.Member(name, path)]
    )
    for member in members:
        if member.refused or member.path is None:
            yield Refused(member.name, member.refused or Unreadable(NO_CLAUSES.format(name=member.name)))
            continue
        try:
            yield work(member.path, member.name)
        except PolicyError as error:
            yield Refused(member.name, error)


@contextlib.contextmanager
def _piece_of_work(db: Database, *, keep: bool) -> Iterator[None]:
    """Keep what is written inside as a whole, or, having looked at it, nothing of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT" if keep else "ROLLBACK")


def _changes(db: Database) -> tuple[int, int]:
    """Return two numbers that grow with every change of documents, and of wordings, whichever process makes it."""
    row = db.execute("SELECT number, wordings FROM generation").fetchone()
    return int(row[0]), int(row[1])


def _passage(clause: Clause, validity: str) -> Passage:
    return Passage(clause.of, clause.document, clause.heading, clause.text, current=validity != REPEALED)


def _learned(db: Database, living: Living) -> Learned:
    """Put the wordings beside their clauses."""
    standing = wordings.standing(db)
    beside = np.isin(living.clauses, [each.clause for each in standing]) & living.alive
    places = {int(living.clauses[place]): int(place) for place in np.flatnonzero(beside)}
    standing = [each for each in standing if each.clause in places]
    clauses = {each.id: each for each in documents.by_number(db, [each.clause for each in standing])}
    return Learned(
        [
            Beside(places[each.clause], each.text, searchable(_passage(clauses[each.clause], "")))
            for each in standing
        ]
    )


def _changed(db: Database) -> None:
    db.execute("UPDATE generation SET number = number + 1")


def _hit(clause: Clause, score: float) -> Hit:
    return Hit(
        clause_id=clause.id,
        document=clause.document,
        date=clause.date,
        heading=clause.heading,
        text=clause.text,
        score=round(score, 3),
        issuer=clause.issuer,
        kind=clause.kind,
    )


def _outline(clause: Cut) -> str:
    return clause.text.replace("\n", " ")
