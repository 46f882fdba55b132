"""The tables of the knowledge base, step by step: appended to, never changed."""

from sqlite_utils import Database, Migrations

from policy_kb import wordings
from policy_kb.versions import digest

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


@migrations()
def particulars_and_places(db: Database) -> None:
    """Add number, days, validity, text and replacement of documents, number and place of clauses.

    The sum becomes that of the text. A text from before is put together from its clauses.
    """
    for column in (
        "number TEXT",
        "adopted TEXT",
        "published TEXT",
        "effective TEXT",
        "validity TEXT NOT NULL DEFAULT 'in_force'",
        "until TEXT",
        "body TEXT NOT NULL DEFAULT ''",
        "replaced_by INTEGER REFERENCES documents(id) ON DELETE SET NULL",
    ):
        db.execute(f"ALTER TABLE documents ADD COLUMN {column}")
    for column in ("number TEXT", "starts INTEGER NOT NULL DEFAULT 0", "ends INTEGER NOT NULL DEFAULT 0"):
        db.execute(f"ALTER TABLE clauses ADD COLUMN {column}")
    for document, title in db.execute("SELECT id, title FROM documents").fetchall():
        body = ""
        for clause, text in db.execute(
            "SELECT id, text FROM clauses WHERE document = ? ORDER BY id", (document,)
        ).fetchall():
            body += "\n" * bool(body)
            db.execute(
                "UPDATE clauses SET starts = ?, ends = ? WHERE id = ?",
                (len(body), len(body) + len(text), clause),
            )
            body += text
        db.execute(
            "UPDATE OR IGNORE documents SET body = ?, sha256 = ? WHERE id = ?",
            (body, digest(title, body), document),
        )


@migrations()
def rights_rulings_and_wordings(db: Database) -> None:
    """For whom a document is; offices' own answers among them; how people have asked for a clause."""
    for column in (
        "kind TEXT NOT NULL DEFAULT 'document'",
        "author TEXT NOT NULL DEFAULT ''",
        "scope_place TEXT",
        "scope_roles TEXT NOT NULL DEFAULT ''",
    ):
        db.execute(f"ALTER TABLE documents ADD COLUMN {column}")
    wordings.create(db)
