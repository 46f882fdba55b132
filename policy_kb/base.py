"""The knowledge base: documents and clauses in a file of its own, and an index over them in memory."""

import contextlib
import hashlib
import sqlite3  # noqa: TID251 - a file of its own
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database, Migrations

from policy_kb import formats, starter
from policy_kb.cutting import Cut, cut
from policy_kb.errors import NoSuchDocument, Unreadable
from policy_kb.finding import Finder, Passage
from policy_kb.titling import Titled, titled

FILE = "kb.sqlite"
_PATIENCE_S = 30.0
_NEAREST, _MOST_SHOWN = 2, 10
_SEPARATOR = "\x1f"

NO_CLAUSES = "“{name}”里没有分出条款。请确认文件里有正文。"
NO_SUCH = "没有编号为 {id} 的文件。请用 kb list 查看编号。"

migrations = Migrations("policy")


@migrations()
def documents(db: Database) -> None:
    """Documents, their clauses, and a counter of changes."""
    db.execute(
        """CREATE TABLE documents (
            id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, issuer TEXT, date TEXT, source TEXT NOT NULL,
            sha256 TEXT NOT NULL UNIQUE, added_at TEXT NOT NULL, starter INTEGER NOT NULL DEFAULT 0)"""
    )
    db.execute(
        """CREATE TABLE clauses (
            id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            heading TEXT NOT NULL, text TEXT NOT NULL)"""
    )
    db.execute("CREATE INDEX clauses_document ON clauses(document)")
    db.execute("CREATE TABLE generation (number INTEGER NOT NULL)")
    db.execute("INSERT INTO generation (number) VALUES (0)")


@dataclass(frozen=True)
class Document:
    """A document of the base; `date` is ISO 8601. One that is not `active` is kept but not searched."""

    id: int
    title: str
    issuer: str | None
    date: str | None
    source: str
    sha256: str
    added_at: datetime
    starter: bool
    clauses: int
    active: bool


@dataclass(frozen=True)
class Clause:
    """A clause with its document's title and date, and the headings it stands under."""

    id: int
    document: str
    date: str | None
    heading: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Hit:
    """A clause as found for a question; scores compare only within one answer."""

    clause_id: int
    document: str
    date: str | None
    heading: tuple[str, ...]
    text: str
    score: float


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
    """What came of adding a file. `already`: the same content is in the base, nothing was changed."""

    document: Document
    already: bool
    seconds: float
    first: str
    last: str


@dataclass(frozen=True)
class Reader:
    """Who asks, by the numbers of the documents that they may read."""

    documents: frozenset[int]


@dataclass(frozen=True)
class _Loaded:
    """An index and the clauses it was built from, each with its document's number, as of a generation."""

    generation: int
    clauses: tuple[Clause, ...]
    documents: NDArray[np.int64]
    finder: Finder

    def readable(self, reader: Reader | None) -> NDArray[np.bool_] | None:
        """Return which clauses a reader may read; None: all of them."""
        return None if reader is None else np.isin(self.documents, list(reader.documents))


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
        return self._put(starter.read(), starter.SOURCE, starter.sha256(), now, is_starter=True).document

    def add(self, path: Path, *, now: datetime, name: str | None = None) -> Added:
        """Take in the file at `path`, called `name` where that differs; raises Unreadable with the reason."""
        name = name or path.name
        text = formats.read(path, name)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._put(titled(text, name), name, digest, now, is_starter=False)

    def _put(self, found: Titled, source: str, digest: str, now: datetime, *, is_starter: bool) -> Added:
        began = time.perf_counter()
        cuts = cut(found.body)
        if not cuts:
            raise Unreadable(NO_CLAUSES.format(name=source))
        with self._open() as db, db.atomic():
            row = db.execute(
                """INSERT INTO documents (title, issuer, date, source, sha256, added_at, starter) VALUES (?, ?, ?, ?, ?, ?, ?)
                   ON CONFLICT (sha256) DO NOTHING RETURNING id""",
                (found.title, found.issuer, found.date, source, digest, now.isoformat(), is_starter),
            ).fetchone()
            if row:
                db.conn.executemany(
                    "INSERT INTO clauses (document, heading, text) VALUES (?, ?, ?)",
                    [(row[0], _SEPARATOR.join(each.heading), each.text) for each in cuts],
                )
                db.execute("UPDATE generation SET number = number + 1")
        self._follow()
        document = next(each for each in self.documents() if each.sha256 == digest)
        return Added(
            document, row is None, time.perf_counter() - began, _outline(cuts[0]), _outline(cuts[-1])
        )

    def documents(self) -> tuple[Document, ...]:
        """Return all documents in the order in which they came."""
        with self._open() as db:
            rows = db.execute(
                """SELECT id, title, issuer, date, source, sha256, added_at, starter,
                          (SELECT count(*) FROM clauses WHERE document = documents.id)
                   FROM documents ORDER BY id"""
            ).fetchall()
        there = any(starter.stands_for(row[1], row[3]) for row in rows if not row[7])
        return tuple(_document(*row, original_there=there) for row in rows)

    def remove(self, document_id: int) -> Document:
        """Take a document and its clauses out; raises NoSuchDocument."""
        document = next((each for each in self.documents() if each.id == document_id), None)
        if document is None:
            raise NoSuchDocument(NO_SUCH.format(id=document_id))
        with self._open() as db, db.atomic():
            db.execute("DELETE FROM clauses WHERE document = ?", (document_id,))
            db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
            db.execute("UPDATE generation SET number = number + 1")
        self._follow()
        return document

    def clause(self, clause_id: int) -> Clause | None:
        """Return a clause by its id."""
        with self._open() as db:
            row = db.execute(f"{_CLAUSES} WHERE clauses.id = ?", (clause_id,)).fetchone()
        return _clause(row) if row else None

    def ask(self, question: str, *, before: str | None = None, reader: Reader | None = None) -> Answer:
        """Answer a question from the documents; one that follows another takes its topic from the one `before`.

        To a `reader` other documents than theirs are as if they were not there. An index that is being rebuilt does not hold it up.
        """
        loaded = self._loaded or self._rebuilt()
        began = time.perf_counter()
        finding = loaded.finder.find(question, before=before, readable=loaded.readable(reader))
        said = finding.said
        found = finding.ranked[: _MOST_SHOWN if said else _NEAREST]
        hits = tuple(_hit(loaded.clauses[each.place], each.score) for each in found)
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
                    rows = db.execute(f"{_CLAUSES} ORDER BY clauses.id").fetchall()
                pairs = [(row, _clause(row)) for row in rows if row[5] in active]
                clauses = tuple(clause for _, clause in pairs)
                passages = [Passage(row[5], row[1], clause.heading, clause.text) for row, clause in pairs]
                documents = np.array([passage.document for passage in passages], dtype=np.int64)
                self._loaded = _Loaded(generation, clauses, documents, Finder.over(passages))
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


_CLAUSES = """SELECT clauses.id, title, date, heading, text, document FROM clauses
              JOIN documents ON documents.id = clauses.document"""


def iter_files(path: Path) -> Iterator[Path]:
    """Give the file itself, or all files below a folder by name, hidden ones left out."""
    if not path.is_dir():
        yield path
        return
    for each in sorted(path.rglob("*")):
        if each.is_file() and not any(part.startswith(".") for part in each.relative_to(path).parts):
            yield each


def _document(  # noqa: PLR0917 - a row
    document_id: int,
    title: str,
    issuer: str | None,
    day: str | None,
    source: str,
    sha256: str,
    added_at: str,
    is_starter: int,
    clauses: int,
    *,
    original_there: bool,
) -> Document:
    return Document(
        id=document_id,
        title=title,
        issuer=issuer,
        date=day,
        source=source,
        sha256=sha256,
        added_at=datetime.fromisoformat(added_at),
        starter=bool(is_starter),
        clauses=clauses,
        active=not (is_starter and original_there),
    )


def _clause(row: tuple[int, str, str | None, str, str, int]) -> Clause:
    return Clause(row[0], row[1], row[2], tuple(row[3].split(_SEPARATOR)) if row[3] else (), row[4])


def _hit(clause: Clause, score: float) -> Hit:
    return Hit(clause.id, clause.document, clause.date, clause.heading, clause.text, round(score, 3))


def _outline(clause: Cut) -> str:
    return clause.text.replace("\n", " ")
