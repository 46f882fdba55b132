"""The rooms and the way their imports run, read from the source of every file."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What each room may import of the others. `storage` and `policy_kb` are leaves.
BELOW = {
    "storage": frozenset[str](),
    "policy_kb": frozenset[str](),
    "fieldwork": frozenset({"storage"}),
    "handlers": frozenset({"fieldwork", "policy_kb", "storage"}),
    "bot": frozenset({"handlers", "fieldwork", "policy_kb", "storage"}),
}
# Which rooms may touch a library. One that is not named here is anybody's.
AT_HOME = {
    "sqlite3": {"storage", "policy_kb"},
    "sqlite_utils": {"storage", "policy_kb"},
    "telegram": {"bot"},
    "aiohttp": {"bot"},
    "aiogram": {"bot", "handlers"},
    "sklearn": {"policy_kb"},
    "scipy": {"policy_kb"},
    "numpy": {"policy_kb"},
    "jieba": {"policy_kb", "fieldwork"},
}
# Libraries that are part of what a declared one gives: its results are made of them.
COMES_WITH = {"numpy": "scikit-learn", "scipy": "scikit-learn"}
# What a household query may be asked by, beside `fieldwork/scope.py`: those that hold no reader's question.
ASKS_FOR_HOUSEHOLDS = {
    "fieldwork/scope.py": "decides",
    "fieldwork/visits.py": "names and points of a visit that was let through",
    "fieldwork/week.py": "a team's week, whose reader scope.may_see_team has let through",
    "fieldwork/demo.py": "makes the demo",
    "fieldwork/household_file.py": "what was recorded about a household that scope has let through",
}
CLOCK = ROOT / "bot" / "app.py"
TIME = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime"}
TIME_HOLDERS = {"datetime", "date", "dt", "time"}


@dataclass(frozen=True)
class Import:
    """One imported module, by its full name, and where."""

    module: str
    path: Path
    line: int

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


def sources(room: str) -> list[Path]:
    """Return every source file of a room; a room without any is a fault of this test."""
    found = sorted((ROOT / room).rglob("*.py"))
    assert found, f"no source files in {room}/: has the room moved?"
    return found


def tree_of(path: Path) -> ast.Module:
    """Return what a file says, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> Iterator[Import]:
    """Yield every import of a file, wherever it stands: at the top, in a function, under TYPE_CHECKING."""
    for node in ast.walk(tree_of(path)):
        for module in _imported(node, path):
            yield Import(module, path, getattr(node, "lineno", 0))


def _imported(node: ast.AST, path: Path) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [name.name for name in names]
        case ast.ImportFrom(module=module, level=0):
            return [module or ""]
        case ast.ImportFrom(module=module, level=level):
            package = path.relative_to(ROOT).parts[:-1]
            return [".".join([*package[: len(package) - level + 1], *([module] if module else [])])]
        case ast.Call(func=func, args=[ast.Constant(value=str(module)), *_]) if _called(func) in {
            "import_module",
            "__import__",
        }:
            return [module]
    return []


def _called(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def imports_in(room: str) -> list[Import]:
    """Return every import of a room; none at all is a fault of this test."""
    found = [each for path in sources(room) for each in imports_of(path)]
    assert found, f"no imports found in {room}/: has this test gone blind?"
    return found


def test_the_reader_sees_lazy_relative_and_dynamic_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows is worth nothing if imports can hide."""
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    file = tmp_path / "storage" / "inner" / "hidden.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "from .. import sideways\nfrom . import here\nimport importlib\n"
        "def late():\n    import telegram.ext\n    from bot.app import running\n"
        "    importlib.import_module('jieba')\n",
        encoding="utf-8",
    )
    found = {each.module for each in imports_of(file)}
    assert found == {"storage", "storage.inner", "importlib", "telegram.ext", "bot.app", "jieba"}


def test_every_folder_with_sources_is_a_known_room() -> None:
    """A new room is entered here before anything is built on it."""
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert folders - {"tests", "bench"} == set(BELOW)


@pytest.mark.parametrize("room", BELOW)
def test_imports_run_downwards_only(room: str) -> None:
    """A room knows the rooms below it and nothing of those above."""
    others = set(BELOW) | {"tests", "bench"}
    allowed = BELOW[room] | {room}
    faults = [str(each) for each in imports_in(room) if each.top in others - allowed]
    assert faults == []


@pytest.mark.parametrize("library", AT_HOME)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    """SQL in storage, Telegram in bot, the index's mathematics in policy_kb."""
    found = [(room, each) for room in BELOW for each in imports_in(room) if each.top == library]
    faults = [str(each) for room, each in found if room not in AT_HOME[library]]
    assert faults == []


def test_the_libraries_that_are_kept_in_their_rooms_are_really_used() -> None:
    """The rule above guards something: most of the libraries it names are found."""
    used = {each.top for room in BELOW for each in imports_in(room)}
    assert used >= {"sqlite3", "sqlite_utils", "telegram", "aiogram", "aiohttp"}


def distributions_of(requirements: list[str]) -> set[str]:
    """Return the names that requirements begin with."""
    return {normal(re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]) for requirement in requirements}


def normal(name: str) -> str:
    """Return a distribution's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> tuple[set[str], set[str]]:
    """Return the distributions that the program and its development declare."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = distributions_of(project["project"]["dependencies"])
    return runtime, runtime | distributions_of(project["dependency-groups"]["dev"])


@pytest.mark.parametrize("room", [*BELOW, "tests"])
def test_every_third_party_import_is_declared(room: str) -> None:
    """What is imported stands in pyproject.toml, and does not come along by luck."""
    runtime, development = declared()
    allowed = development if room == "tests" else runtime
    known = importlib.metadata.packages_distributions()
    own = set(BELOW) | {"tests", "bench"} | sys.stdlib_module_names
    foreign = [each for each in imports_in(room) if each.top not in own]
    faults = [
        str(each)
        for each in foreign
        if not distributions_of([COMES_WITH.get(each.top, each.top), *known.get(each.top, ())]) & allowed
    ]
    assert faults == []


def test_every_runtime_dependency_is_imported() -> None:
    """Nothing is installed on people's machines for nothing; zone files are read, not imported."""
    known = importlib.metadata.packages_distributions()
    used = {normal(name) for room in BELOW for each in imports_in(room) for name in known.get(each.top, ())}
    assert declared()[0] - {"tzdata"} <= used


def test_nobody_but_the_app_asks_what_time_it_is() -> None:
    """The clock is passed in; `bot/app.py` has the one call."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in BELOW
        for path in sources(room)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _asks_the_time(node.func)
    ]
    assert [place for place in found if not place.startswith(str(CLOCK.relative_to(ROOT)))] == []
    assert len(found) == 1, "the one call in bot/app.py is seen, and is one"


def _asks_the_time(func: ast.expr) -> bool:
    if not isinstance(func, ast.Attribute) or func.attr not in TIME:
        return False
    holder = func.value
    return (holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")) in TIME_HOLDERS


def test_no_effect_at_import() -> None:
    """No file starts anything by being imported: no bare call stands at its top."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in BELOW
        for path in sources(room)
        for node in tree_of(path).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)
    ]
    assert found == []


def household_queries(room: str) -> list[tuple[str, int]]:
    """Return where a room asks `….roster` for households: their names begin so, whatever follows."""
    return [
        (str(path.relative_to(ROOT)), node.lineno)
        for path in sources(room)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and (node.attr.startswith("household") or node.attr == "of_household")
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"roster", "visits", "audit"}
    ]


def test_no_handler_and_no_channel_asks_for_households_itself() -> None:
    """Whoever talks to people gets households from `fieldwork`, where scope has decided who may see them."""
    assert household_queries("handlers") + household_queries("bot") == []


def test_in_the_field_households_are_asked_for_through_scope() -> None:
    """Who else asks is named above with a reason, and really asks."""
    found = {path for path, _ in household_queries("fieldwork")}
    assert found == set(ASKS_FOR_HOUSEHOLDS)


READ_BY_SOMEBODY = {"ask", "clause", "find"}


def test_whoever_asks_in_the_chat_is_named_to_the_knowledge_base() -> None:
    """Without a reader the base gives everything: in handlers no call leaves it out, also one that goes by a thread."""
    calls = [
        (path, node, wanted)
        for path in sources("handlers")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        for wanted in [node.func, *node.args[:1]]
        if isinstance(wanted, ast.Attribute)
        and wanted.attr in READ_BY_SOMEBODY
        and _is_the_base(wanted.value)
    ]
    assert len(calls) >= 5, "the calls are seen"
    faults = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node, _ in calls
        if "reader" not in {keyword.arg for keyword in node.keywords}
    ]
    assert faults == []


def _is_the_base(value: ast.expr) -> bool:
    return (value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")) == "kb"
