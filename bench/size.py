"""Lines of code, room by room: what is neither blank nor a comment nor a docstring; those are told apart."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("storage", "policy_kb", "fieldwork", "handlers", "bot", "tests", "bench")
PAGE = ("*.js", "*.css", "*.html")
SILENT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING),
}


@dataclass(frozen=True)
class Lines:
    """What files hold; `words` are comments and docstrings."""

    files: int = 0
    code: int = 0
    words: int = 0

    def __add__(self, other: "Lines") -> "Lines":
        return Lines(self.files + other.files, self.code + other.code, self.words + other.words)

    def __str__(self) -> str:
        return f"{self.code} in {self.files} files, and {self.words} of comments and docstrings"


def of_python(text: str) -> Lines:
    """Count a Python file's lines."""
    said: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        said.update(_docstring(node))
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        lines = range(token.start[0], token.end[0] + 1)
        if token.type == tokenize.COMMENT:
            comments.update(lines)
        elif token.type not in SILENT:
            code.update(lines)
    code -= said
    return Lines(1, len(code), len(said | (comments - code)))


def _docstring(node: ast.AST) -> Iterator[int]:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return
    match node.body:
        case [ast.Expr(value=ast.Constant(value=str())) as first, *_]:
            yield from range(first.lineno, (first.end_lineno or first.lineno) + 1)


def of_room(room: Path) -> Lines:
    """Count the Python files of a room."""
    found = sorted(room.rglob("*.py"))
    assert found, f"no source files in {room}"
    return sum((of_python(path.read_text(encoding="utf-8")) for path in found), Lines())


async def measure(_folder: Path) -> dict[str, object]:
    """Count every room of the checkout, and what the browser gets."""
    figures: dict[str, object] = {room: of_room(ROOT / room) for room in ROOMS}
    static = [path for kind in PAGE for path in (ROOT / "bot").rglob(kind)]
    texts = [path.read_text(encoding="utf-8") for path in static]
    lines = sum(bool(line.strip()) for text in texts for line in text.splitlines())
    figures["the web chat's page (JavaScript, CSS, HTML)"] = f"{lines} in {len(static)} files"
    return figures
