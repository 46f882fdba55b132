"""The way back to an empty file: what a demo brought goes, schedules and single facts stay."""

from sqlite_utils import Database

# In this order no row loses what it refers to.
TABLES = (
    "audit",
    "household_names",
    "questions",
    "offers",
    "visits",
    "checkins",
    "invites",
    "web_sessions",
    "accounts",
    "web_messages",
    "web_keyboards",
    "web_reads",
    "preferences",
    "conversations",
    "outbox",
    "inbox",
    "pairings",
    "households",
    "people",
    "teams",
    "units",
    "places",
)


def erase_everything(db: Database) -> None:
    """Delete the roster, all records, accounts, sessions, conversations and messages."""
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")
