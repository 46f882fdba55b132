"""The documents' and clauses' tables: what goes in and comes out as dataclasses. Opens no connection, builds no index."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlite_utils import Database

from policy_kb import starter, wordings
from policy_kb.cutting import Cut
from policy_kb.errors import BadEdit, NoSuchDocument
from policy_kb.particulars import AMENDED, IN_FORCE, REPEALED, VALIDITIES
from policy_kb.rights import PUBLIC, Scope
from policy_kb.titling import Titled
from policy_kb.versions import Version, digest, likeness, replaces, same_document

SEPARATOR = "\x1f"
NO_SUCH = "没有编号为 {id} 的文件。请用 kb list 查看编号。"
NO_TITLE = "标题不能为空。请写上文件的标题。"
BAD_DAY = "“{value}”不是日期。请写成 2026-11-25 这样。"
BAD_VALIDITY = (
    "“{value}”不是效力状态。请用 in_force（有效）、amended（已修改）、repealed（废止）、trial（试行）之一。"
)
THERE_ALREADY = "同样的文件已经给这些人收入过了，没有再改。"
EDITABLE = ("title", "issuer", "number", "date", "adopted", "published", "effective", "validity", "until")
_DAYS = frozenset({"date", "adopted", "published", "effective", "until"})


Kind = Literal["document", "ruling"]


@dataclass(frozen=True)
class Document:
    """A document of the base; days are ISO 8601, `date` is the one that answers show, `validity` one of particulars.VALIDITIES.

    A `ruling` is an office's own answer; `author` is the code of the place whose office put it in, `scope` says who may read it.
    One that is not `active` is kept and can be read but is not searched: the digest beside its original, a text that was replaced.
    """

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
    number: str | None = None
    adopted: str | None = None
    published: str | None = None
    effective: str | None = None
    validity: str = IN_FORCE
    until: str | None = None
    replaced_by: int | None = None
    kind: Kind = "document"
    author: str = ""
    scope: Scope = PUBLIC


@dataclass(frozen=True)
class Given:
    """What whoever adds a document says of it: a title in place of its own, who may read it, the place whose office adds it."""

    title: str | None = None
    scope: Scope = PUBLIC
    author: str = ""


@dataclass(frozen=True)
class Clause:
    """A clause with its document's title and date, the headings it stands under, its number as printed, its place in the text.

    `of` is the number of its document.
    """

    id: int
    document: str
    date: str | None
    heading: tuple[str, ...]
    text: str
    number: str | None = None
    start: int = 0
    end: int = 0
    issuer: str | None = None
    kind: Kind = "document"
    scope: Scope = PUBLIC
    of: int = 0


CLAUSES = """SELECT clauses.id, title, date, heading, text, document, clauses.number, starts, ends,
                    issuer, kind, scope_place, scope_roles FROM clauses
             JOIN documents ON documents.id = clauses.document"""

_COUNT = "(SELECT count(*) FROM clauses WHERE document = documents.id)"
_COLUMNS = (
    "id", "title", "issuer", "date", "source", "sha256", "added_at", "starter", _COUNT,
    "number", "adopted", "published", "effective", "validity", "until", "replaced_by",
    "kind", "author", "scope_place", "scope_roles",
)  # fmt: skip
_Row = tuple[int, str, str | None, str, str, int, str | None, int, int, str | None, Kind, str | None, str]


def clause(row: _Row) -> Clause:
    """Return a row of CLAUSES as a clause."""
    heading = tuple(row[3].split(SEPARATOR)) if row[3] else ()
    return Clause(
        row[0], row[1], row[2], heading, row[4], *row[6:11], Scope(row[11], _roles(row[12])), row[5]
    )


def by_number(db: Database, numbers: Iterable[int]) -> list[Clause]:
    """Return the clauses of these numbers that are there, in the order of their numbers."""
    wanted = ",".join(str(int(number)) for number in numbers)
    rows = db.execute(f"{CLAUSES} WHERE clauses.id IN ({wanted}) ORDER BY clauses.id").fetchall()
    return [clause(row) for row in rows]


def every(db: Database) -> tuple[Document, ...]:
    """Return all documents in the order in which they came."""
    rows = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM documents ORDER BY id").fetchall()
    found = [_document(dict(zip(_COLUMNS, row, strict=True))) for row in rows]
    there = any(
        starter.stands_for(each.title, each.date) for each in found if not each.starter and each.scope.public
    )
    return tuple(_as_it_stands(each, original_there=there) for each in found)


def one(db: Database, document_id: int) -> Document:
    """Return the document of that number; raises NoSuchDocument."""
    found = next((each for each in every(db) if each.id == document_id), None)
    if found is None:
        raise NoSuchDocument(NO_SUCH.format(id=document_id))
    return found


def insert(
    db: Database,
    found: Titled,
    cuts: Iterable[Cut],
    *,
    source: str,
    now: datetime,
    is_starter: bool,
    given: Given,
) -> tuple[int, bool]:
    """Put a document in unless its text is there for the same readers or for all; return its number, and whether it is new."""
    known, plain = found.particulars, digest(found.title, found.body)
    own = sum_for(plain, given.scope)
    there = db.execute("SELECT id FROM documents WHERE sha256 IN (?, ?)", (own, plain)).fetchone()
    if there:
        return int(there[0]), False
    values = (
        given.title or found.title, found.issuer, found.date, source, own, now.isoformat(), is_starter,
        known.number, known.adopted, known.published, known.effective, known.validity, known.until, found.body,
        given.author, given.scope.place, ",".join(given.scope.roles),
    )  # fmt: skip
    row = db.execute(
        f"""INSERT INTO documents (title, issuer, date, source, sha256, added_at, starter,
                                   number, adopted, published, effective, validity, until, body,
                                   author, scope_place, scope_roles)
            VALUES ({", ".join("?" * len(values))}) RETURNING id""",
        values,
    ).fetchone()
    db.conn.executemany(
        "INSERT INTO clauses (document, heading, text, number, starts, ends) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (row[0], SEPARATOR.join(each.heading), each.text, each.number, each.start, each.end)
            for each in cuts
        ],
    )
    return int(row[0]), True


def set_version(db: Database, document_id: int) -> None:
    """Mark what the new document replaces, or that one which is there replaces it; only of texts for the same readers."""
    rows = db.execute(
        """SELECT id, title, issuer, number, coalesce(date, effective, published, adopted) FROM documents
           WHERE starter = 0 AND kind = 'document' AND (replaced_by IS NULL OR id = ?)
           AND (scope_place, scope_roles) IS (SELECT scope_place, scope_roles FROM documents WHERE id = ?)""",
        (document_id, document_id),
    ).fetchall()
    versions = {row[0]: Version(*row[1:]) for row in rows}
    new = versions.pop(document_id)
    for other_id, other in versions.items():
        if not same_document(new, other):
            continue
        newer = replaces(new, other, lambda: likeness(body(db, document_id), body(db, other_id)))  # noqa: B023 - called at once
        if newer is not None:
            pair = (document_id, other_id) if newer else (other_id, document_id)
            db.execute("UPDATE documents SET replaced_by = ? WHERE id = ?", pair)
            wordings.move(db, old=pair[1], new=pair[0])


def replaced_by(db: Database, document_id: int) -> tuple[int, ...]:
    """Return the numbers of the documents that this one replaced."""
    rows = db.execute("SELECT id FROM documents WHERE replaced_by = ? ORDER BY id", (document_id,)).fetchall()
    return tuple(int(row[0]) for row in rows)


def change(db: Database, document_id: int, values: dict[str, str]) -> None:
    """Set what a person corrects, an empty value takes away; raises NoSuchDocument, BadEdit."""
    one(db, document_id)
    checked = {name: _checked(name, value.strip()) for name, value in values.items()}
    sets = ", ".join(f"{name} = ?" for name in checked)
    db.execute(f"UPDATE documents SET {sets} WHERE id = ?", (*checked.values(), document_id))


def set_scope(db: Database, document_id: int, scope: Scope) -> None:
    """Set who may read the document; versions of it stand for themselves again; raises NoSuchDocument, BadEdit."""
    document = one(db, document_id)
    plain = digest(document.title, body(db, document_id))
    own = sum_for(plain, scope) if document.kind == "document" else document.sha256
    if db.execute("SELECT 1 FROM documents WHERE sha256 = ? AND id <> ?", (own, document_id)).fetchone():
        raise BadEdit(THERE_ALREADY)
    db.execute(
        "UPDATE documents SET replaced_by = NULL WHERE replaced_by = ? OR id = ?", (document_id, document_id)
    )
    db.execute(
        "UPDATE documents SET scope_place = ?, scope_roles = ?, sha256 = ? WHERE id = ?",
        (scope.place, ",".join(scope.roles), own, document_id),
    )
    if not document.starter and document.kind == "document":
        set_version(db, document_id)


def sum_for(plain: str, scope: Scope) -> str:
    """Return the sum of a text for its readers: the same text for others is another document, so that none betrays the other."""
    return plain if scope.public else digest(plain, f"{scope.place} {scope.roles}")


def _roles(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def delete(db: Database, document_id: int) -> Document:
    """Take a document and its clauses out and return it; raises NoSuchDocument."""
    found = one(db, document_id)
    db.execute("DELETE FROM clauses WHERE document = ?", (document_id,))
    db.execute("DELETE FROM documents WHERE id = ?", (document_id,))
    return found


def body(db: Database, document_id: int) -> str:
    """Return a document's text, into which its clauses' places point; raises NoSuchDocument."""
    row = db.execute("SELECT body FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        raise NoSuchDocument(NO_SUCH.format(id=document_id))
    return str(row[0])


def clauses_of(db: Database, document_id: int) -> Sequence[Clause]:
    """Return a document's clauses in their order."""
    rows = db.execute(f"{CLAUSES} WHERE document = ? ORDER BY clauses.id", (document_id,)).fetchall()
    return tuple(clause(row) for row in rows)


def _document(row: dict[str, Any]) -> Document:
    clauses = row.pop(_COUNT)
    scope = Scope(row.pop("scope_place"), _roles(row.pop("scope_roles")))
    added_at, is_starter = datetime.fromisoformat(row.pop("added_at")), bool(row.pop("starter"))
    return Document(clauses=clauses, added_at=added_at, starter=is_starter, active=True, scope=scope, **row)


def _as_it_stands(document: Document, *, original_there: bool) -> Document:
    """Return the document with what others do to it: a newer version takes its place, the original that of the digest."""
    if document.replaced_by is not None:
        validity = REPEALED if document.validity == REPEALED else AMENDED
        return replace(document, validity=validity, active=False)
    return replace(document, active=not (document.starter and original_there))


def _checked(name: str, value: str) -> str | None:
    if name == "title" and not value:
        raise BadEdit(NO_TITLE)
    if name == "validity" and value not in VALIDITIES:
        raise BadEdit(BAD_VALIDITY.format(value=value))
    if value and name in _DAYS:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise BadEdit(BAD_DAY.format(value=value)) from error
    return value or None
