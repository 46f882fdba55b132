"""The knowledge base: documents and clauses in a file of its own, and an index over them in memory."""

import contextlib
import sqlite3  # noqa: TID251 - a file of its own
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from policy_kb import answering, documents, formats, starter
from policy_kb.comparing import Comparison, compare
from policy_kb.cutting import Cut, cut
from policy_kb.documents import CLAUSES, Clause, Document
from policy_kb.errors import PolicyError, Unreadable
from policy_kb.formats import archive
from policy_kb.index import Index
from policy_kb.migrations import migrations
from policy_kb.titling import Titled, titled

FILE = "kb.sqlite"
_PATIENCE_S = 30.0
_NEAREST = 2

NO_CLAUSES = "“{name}”里没有分出条款。请确认文件里有正文。"


@dataclass(frozen=True)
class Hit:
    """A clause as found for a question; the score is BM25 and compares only within one answer."""

    clause_id: int
    document: str
    date: str | None
    heading: tuple[str, ...]
    text: str
    score: float


@dataclass(frozen=True)
class Answer:
    """What the documents say to a question: the sentence and, first, the clause it stands in; or the nearest clauses only."""

    question: str
    answered: bool
    answer: str | None
    clauses: tuple[Hit, ...]
    ms: float


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
    """An index and the clauses it was built from, as of a generation."""

    generation: int
    clauses: tuple[Clause, ...]
    index: Index


class KnowledgeBase:
    """Answers from one folder's documents; may be asked from several threads while others, other processes too, add to it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE
        self._building = threading.Lock()
        self._loaded: _Loaded | None = None
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
        return self._put(starter.read(), starter.SOURCE, now, began, is_starter=True).document

    def add(self, path: Path, *, now: datetime, name: str | None = None) -> Added:
        """Take in the document at `path`, called `name` where that differs; raises Unreadable with the reason."""
        began = time.perf_counter()
        name = name or path.name
        return self._put(titled(formats.read(path, name), name), name, now, began, is_starter=False)

    def add_each(self, path: Path, *, now: datetime, name: str | None = None) -> Iterator[Added | Refused]:
        """Take in the file at `path`, or each document of an archive, one by one; go on past those that cannot be read."""
        name = name or path.name
        if not name.lower().endswith(archive.SUFFIX):
            yield self._added(path, name, now)
            return
        for member in archive.members(path, name):
            if member.path:
                yield self._added(member.path, member.name, now)
            elif member.refused:
                yield Refused(member.name, member.refused)

    def _added(self, path: Path, name: str, now: datetime) -> Added | Refused:
        try:
            return self.add(path, now=now, name=name)
        except PolicyError as error:
            return Refused(name, error)

    def _put(self, found: Titled, source: str, now: datetime, began: float, *, is_starter: bool) -> Added:
        cuts = cut(found.body)
        if not cuts:
            raise Unreadable(NO_CLAUSES.format(name=source))
        with self._open() as db, db.atomic():
            number, new = documents.insert(db, found, cuts, source=source, now=now, is_starter=is_starter)
            if new:
                if not is_starter:
                    documents.set_version(db, number)
                _changed(db)
            document = documents.one(db, number)
            replaced = documents.replaced_by(db, number) if new else ()
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

    def clause(self, clause_id: int) -> Clause | None:
        """Return a clause by its id."""
        with self._open() as db:
            row = db.execute(f"{CLAUSES} WHERE clauses.id = ?", (clause_id,)).fetchone()
        return documents.clause(row) if row else None

    def ask(self, question: str) -> Answer:
        """Answer a question from the documents; an index that is being rebuilt does not hold it up."""
        loaded = self._loaded or self._rebuilt()
        began = time.perf_counter()
        found = loaded.index.search(question)
        chosen = answering.choose(question, found, lambda place: loaded.clauses[place].text, loaded.index)
        found = [chosen.found, *(f for f in found if f != chosen.found)] if chosen else found[:_NEAREST]
        hits = tuple(_hit(loaded.clauses[each.place], each.score) for each in found)
        spent = (time.perf_counter() - began) * 1000
        return Answer(
            question, chosen is not None, chosen.sentence if chosen else None, hits, round(spent, 2)
        )

    def refresh(self) -> bool:
        """Bring the index up to date; True when there was something to do. Questions go on meanwhile on the old one."""
        if self._loaded and self._loaded.generation == self.generation:
            return False
        self._rebuilt()
        return True

    def backup_to(self, path: Path) -> None:
        """Write a consistent copy of the base to `path`, while others go on using it."""
        with self._open() as db, contextlib.closing(sqlite3.connect(path)) as copy:
            db.conn.backup(copy)

    def _follow(self) -> None:
        """Have one's own change answered at once where questions are being answered."""
        if self._loaded:
            self._rebuilt()

    def _rebuilt(self) -> _Loaded:
        with self._building:
            generation = self.generation
            if self._loaded is None or self._loaded.generation != generation:
                active = {document.id for document in self.documents() if document.active}
                with self._open() as db:
                    rows = db.execute(f"{CLAUSES} ORDER BY clauses.id").fetchall()
                clauses = tuple(documents.clause(row) for row in rows if row[5] in active)
                index = Index([f"{' '.join(clause.heading)} {clause.text}" for clause in clauses])
                self._loaded = _Loaded(generation, clauses, index)
            return self._loaded

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


def _changed(db: Database) -> None:
    db.execute("UPDATE generation SET number = number + 1")


def _hit(clause: Clause, score: float) -> Hit:
    return Hit(clause.id, clause.document, clause.date, clause.heading, clause.text, round(score, 3))


def _outline(clause: Cut) -> str:
    return clause.text.replace("\n", " ")
