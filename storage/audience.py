"""To whom a recurring message goes: who has a chat that can be reached, team by team.

Answers for the order and for whose hour it is. Does not know what is said.
"""

from datetime import time

from sqlite_utils import Database

_GROUP = "coalesce(p.team, p.place)"
_CHOICE = {
    None: "people AS p",
    "usual": "people AS p LEFT JOIN preferences AS chosen ON chosen.person = p.code",
    "own": "preferences AS chosen JOIN people AS p ON p.code = chosen.person",
}


class Audience:
    """People in their turn: by team (by place where there is none), then by code."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def next(
        self,
        *,
        after: str = "",
        limit: int,
        role: str | None = None,
        hour: time | None = None,
        usual: time | None = None,
    ) -> list[str]:
        """Return the codes of the next people who can be reached, from behind the person `after`.

        With `hour`, those who have chosen it, or have chosen none where it is the `usual` one.
        """
        choice = None if hour is None else "usual" if hour == usual else "own"
        where = ["p.left_on IS NULL"]
        if after:
            group = f"(SELECT {_GROUP} FROM people AS p WHERE p.code = :after)"
            where.append(f"({_GROUP}, p.code) > ({group}, :after)")
        where += ["p.role = :role"] if role else []
        where += ["chosen.remind_at = :hour"] if choice == "own" else []
        where += ["coalesce(chosen.remind_at, :hour) = :hour"] if choice == "usual" else []
        sql = f"""SELECT p.code FROM {_CHOICE[choice]} WHERE {" AND ".join(where)}
                  AND EXISTS (SELECT 1 FROM accounts AS a WHERE a.person = p.code AND a.unreachable_at IS NULL)
                  ORDER BY {_GROUP}, p.code LIMIT :limit"""
        wanted = {"after": after, "role": role, "hour": f"{hour:%H:%M}" if hour else None, "limit": limit}
        return [row[0] for row in self._db.execute(sql, wanted)]
