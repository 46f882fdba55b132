"""Damage as files meet it: bytes flipped, pieces cut out, doubled or overwritten, ends torn off; within a packed part too."""

import io
import random
import zipfile
from collections.abc import Callable

from tests.policy_kb import samples

SAMPLES: dict[str, Callable[[], bytes]] = {
    ".txt": samples.txt,
    ".md": lambda: (
        "# 关于走访的通知\n\n| 类别 | 标准 |\n| --- | --- |\n| 危房 | 三万元 |\n".encode()
        + samples.text().encode()
    ),
    ".csv": samples.csv,
    ".html": samples.html,
    ".docx": lambda: samples.docx(counted=True),
    ".pdf": samples.pdf,
    ".xlsx": samples.xlsx,
    ".zip": lambda: samples.archive(
        {"a.txt": samples.txt(), "夹/b.csv": samples.csv(), "c.zip": samples.archive({})}
    ),
}
_PACKED = (".docx", ".xlsx")
_TELLING = (
    b"0",
    b"-1",
    b"99999999999",
    b"\xff\xff\xff\xff",
    b"<",
    b"&#0;",
    b'"',
    b"\0",
    b"&l9;",
    b"<!DOCTYPE x>",
    "（".encode(),
)


def mutated(suffix: str, content: bytes, seed: int) -> bytes:
    """Return the content damaged in one to five places; of packed formats half the time within a part, so that it still unpacks."""
    chance = random.Random(seed)
    if suffix in _PACKED and chance.random() < 0.5:
        return _within(content, chance)
    return _damaged(content, chance)


def _within(content: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = set(chance.sample(names, min(2, len(names))))
        for name in names:
            part = old.read(name)
            new.writestr(name, _damaged(part, chance) if name in hit else part)
    return out.getvalue()


def _damaged(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(data) + 1)
        span = min(chance.choice((1, 1, 2, 8, 64, 1024)), len(data) - at)
        match chance.randrange(6):
            case 0:
                data[at : at + span] = chance.randbytes(span)
            case 1:
                del data[at : at + span]
            case 2:
                data[at:at] = data[at : at + span] * chance.choice((1, 3, 200))
            case 3:
                data[at : at + span] = chance.choice(_TELLING)
            case 4 if span:
                data[at] ^= 1 << chance.randrange(8)
            case _ if chance.random() < 0.3:
                del data[at:]
    return bytes(data)
