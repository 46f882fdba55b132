"""The tables, as named steps that are applied once each and never edited after a release."""

from sqlite_utils import Database, Migrations

migrations = Migrations("zhucun")


@migrations()
def roster(db: Database) -> None:
    """Places, teams, people, households, pairings."""
    db.execute(
        """CREATE TABLE places (
            code TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, parent TEXT REFERENCES places(code),
            latitude REAL, longitude REAL, radius_m REAL)"""
    )
    db.execute("CREATE INDEX places_parent ON places(parent)")
    db.execute(
        "CREATE TABLE teams (code TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, village TEXT NOT NULL REFERENCES places(code))"
    )
    db.execute(
        """CREATE TABLE people (
            code TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT UNIQUE, role TEXT NOT NULL,
            place TEXT NOT NULL REFERENCES places(code), team TEXT REFERENCES teams(code),
            hats TEXT NOT NULL DEFAULT '', unit TEXT NOT NULL DEFAULT '', left_on TEXT)"""
    )
    db.execute("CREATE INDEX people_team ON people(team)")
    db.execute("CREATE INDEX people_place ON people(place)")
    db.execute(
        """CREATE TABLE households (
            code TEXT PRIMARY KEY, head TEXT NOT NULL, village TEXT NOT NULL REFERENCES places(code),
            village_group TEXT NOT NULL DEFAULT '', size INTEGER, cause TEXT NOT NULL DEFAULT '',
            latitude REAL, longitude REAL)"""
    )
    db.execute("CREATE INDEX households_village ON households(village, head)")
    db.execute(
        """CREATE TABLE pairings (
            person TEXT NOT NULL REFERENCES people(code), household TEXT NOT NULL REFERENCES households(code),
            PRIMARY KEY (person, household))"""
    )
    db.execute("CREATE INDEX pairings_household ON pairings(household)")


@migrations()
def accounts(db: Database) -> None:
    """Who sits behind a chat, and the one-time invitations that let them in."""
    db.execute(
        """CREATE TABLE accounts (
            channel TEXT NOT NULL, chat_id INTEGER NOT NULL, person TEXT NOT NULL REFERENCES people(code),
            created_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, unreachable_at TEXT, PRIMARY KEY (channel, chat_id))"""
    )
    db.execute("CREATE INDEX accounts_person ON accounts(person)")
    db.execute(
        """CREATE TABLE invites (
            code_hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people(code), created_at TEXT NOT NULL,
            expires_at TEXT NOT NULL, used_at TEXT)"""
    )
    db.execute(
        """CREATE TABLE web_sessions (
            token_hash TEXT PRIMARY KEY, chat_id INTEGER NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL)"""
    )


@migrations()
def fieldwork(db: Database) -> None:
    """Check-ins, visits and questions: only ever added to."""
    db.execute(
        """CREATE TABLE checkins (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES people(code),
            day TEXT NOT NULL, at TEXT NOT NULL, whereabouts TEXT, note TEXT NOT NULL DEFAULT '',
            latitude REAL, longitude REAL, accuracy_m REAL)"""
    )
    db.execute("CREATE INDEX checkins_person ON checkins(person, day)")
    db.execute(
        """CREATE TABLE visits (
            id INTEGER PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, source TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
            person TEXT NOT NULL REFERENCES people(code), team TEXT, village TEXT NOT NULL REFERENCES places(code),
            household TEXT REFERENCES households(code), day TEXT NOT NULL, recorded_at TEXT NOT NULL,
            duties TEXT NOT NULL, note TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '',
            location TEXT NOT NULL, location_reason TEXT NOT NULL DEFAULT '',
            latitude REAL, longitude REAL, accuracy_m REAL, distance_m REAL, evidence TEXT NOT NULL)"""
    )
    db.execute("CREATE INDEX visits_person ON visits(person, day)")
    db.execute("CREATE INDEX visits_team ON visits(team, day)")
    db.execute("CREATE INDEX visits_household ON visits(household, day)")
    db.execute(
        """CREATE TABLE questions (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES people(code),
            text TEXT NOT NULL, asked_at TEXT NOT NULL, answered INTEGER NOT NULL, clause_ids TEXT NOT NULL DEFAULT '',
            answer TEXT NOT NULL DEFAULT '', verdict TEXT NOT NULL DEFAULT '', for_office INTEGER NOT NULL,
            ruling TEXT NOT NULL DEFAULT '', ruled_by TEXT REFERENCES people(code), ruled_at TEXT)"""
    )
    db.execute("CREATE INDEX questions_open ON questions(id) WHERE for_office = 1 AND ruled_at IS NULL")


@migrations()
def messages(db: Database) -> None:
    """Keep what came in, what goes out, the state of conversations, the web chat's own log."""
    db.execute(
        """CREATE TABLE inbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, chat_id INTEGER NOT NULL,
            payload TEXT NOT NULL, received_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'new',
            attempts INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '')"""
    )
    db.execute("CREATE INDEX inbox_new ON inbox(id) WHERE state = 'new'")
    db.execute(
        """CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, channel TEXT NOT NULL, chat_id INTEGER NOT NULL,
            kind TEXT NOT NULL, method TEXT NOT NULL, payload TEXT NOT NULL, created_at TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'pending', attempts INTEGER NOT NULL DEFAULT 0,
            not_before TEXT, expires_at TEXT, finished_at TEXT, error TEXT NOT NULL DEFAULT '')"""
    )
    db.execute(
        "CREATE INDEX outbox_open ON outbox(channel, id) WHERE state IN ('pending', 'claimed', 'sending')"
    )
    db.execute(
        "CREATE TABLE conversations (key TEXT PRIMARY KEY, state TEXT, data TEXT NOT NULL DEFAULT '{}')"
    )
    db.execute(
        """CREATE TABLE web_messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, seq INTEGER NOT NULL, author TEXT NOT NULL,
            body TEXT NOT NULL, at TEXT NOT NULL, client_id TEXT, deleted INTEGER NOT NULL DEFAULT 0)"""
    )
    db.execute("CREATE UNIQUE INDEX web_messages_seq ON web_messages(chat_id, seq)")
    db.execute(
        "CREATE UNIQUE INDEX web_messages_client ON web_messages(chat_id, client_id) WHERE client_id IS NOT NULL"
    )
    db.execute("CREATE INDEX web_messages_shown ON web_messages(chat_id, id) WHERE deleted = 0")
    db.execute("CREATE TABLE web_keyboards (chat_id INTEGER PRIMARY KEY, body TEXT NOT NULL)")


@migrations()
def programme(db: Database) -> None:
    """When what runs next, and the program's few single facts."""
    db.execute(
        """CREATE TABLE schedules (
            name TEXT PRIMARY KEY, next_run TEXT NOT NULL, zone TEXT NOT NULL,
            running TEXT, cursor TEXT NOT NULL DEFAULT '')"""
    )
    db.execute("CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)")


@migrations()
def reminding(db: Database) -> None:
    """Keep each person's own hour and pause, whom we could not reach and told of, and what pages have shown."""
    db.execute(
        """CREATE TABLE preferences (
            person TEXT PRIMARY KEY REFERENCES people(code), remind_at TEXT, paused_until TEXT)"""
    )
    db.execute("CREATE INDEX preferences_hour ON preferences(remind_at)")
    db.execute("CREATE INDEX people_in_turn ON people(coalesce(team, place), code) WHERE left_on IS NULL")
    db.execute("ALTER TABLE accounts ADD COLUMN told_at TEXT")
    db.execute(
        "CREATE INDEX accounts_untold ON accounts(channel, chat_id) WHERE unreachable_at IS NOT NULL AND told_at IS NULL"
    )
    db.execute("CREATE TABLE web_reads (chat_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL)")


@migrations()
def household_files(db: Database) -> None:
    """Units as rows; what a household's file holds; the names it is found by; who has looked at it."""
    db.execute(
        """CREATE TABLE units (
            code TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL DEFAULT '', villages TEXT NOT NULL DEFAULT '')"""
    )
    db.execute("INSERT INTO units (code, name) SELECT DISTINCT unit, unit FROM people WHERE unit <> ''")
    db.execute("CREATE INDEX people_unit ON people(unit) WHERE unit <> ''")
    for column in ("tags", "nickname", "members"):
        db.execute(f"ALTER TABLE households ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE households ADD COLUMN closed_on TEXT")
    # Without a reference to households: none is ever deleted but with everything else.
    db.execute(
        """CREATE TABLE household_names (
            ending TEXT NOT NULL, village TEXT NOT NULL, household TEXT NOT NULL,
            PRIMARY KEY (ending, village, household)) WITHOUT ROWID"""
    )
    db.execute(
        """WITH RECURSIVE endings(ending, village, household) AS (
               SELECT lower(head), village, code FROM households WHERE head <> ''
               UNION SELECT substr(ending, 2), village, household FROM endings WHERE length(ending) > 1)
           INSERT INTO household_names SELECT ending, village, household FROM endings"""
    )
    db.execute(
        """CREATE TABLE audit (
            id INTEGER PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL REFERENCES people(code), what TEXT NOT NULL,
            household TEXT REFERENCES households(code), text TEXT NOT NULL DEFAULT '')"""
    )
    db.execute("CREATE INDEX audit_household ON audit(household, id) WHERE household IS NOT NULL")
    db.execute("CREATE INDEX audit_person ON audit(person, id)")


@migrations()
def questions_of_no_use(db: Database) -> None:
    """Find open questions by this; one whose answer was of no use is open too."""
    db.execute("DROP INDEX questions_open")
    db.execute(
        """CREATE INDEX questions_open ON questions(id)
           WHERE (for_office > 0 OR verdict = 'not_useful') AND ruled_at IS NULL"""
    )
    db.execute("CREATE INDEX questions_asked ON questions(asked_at)")


@migrations()
def offers(db: Database) -> None:
    """Keep files that an office has sent, until it says what becomes of them."""
    db.execute(
        """CREATE TABLE offers (
            id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES people(code),
            file TEXT NOT NULL, name TEXT NOT NULL, title TEXT NOT NULL DEFAULT '', place TEXT NOT NULL,
            roles TEXT NOT NULL DEFAULT '', at TEXT NOT NULL, closed_at TEXT)"""
    )


@migrations()
def questions_by_person(db: Database) -> None:
    """Find what somebody asked last without looking at everybody's questions."""
    db.execute("CREATE INDEX questions_person ON questions(person, id)")
