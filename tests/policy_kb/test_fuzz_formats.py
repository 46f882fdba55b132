"""A damaged file gives clauses or a named error, whatever the damage; `bench/fuzz_formats.py` does the same at length."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb import Unreadable, formats
from policy_kb.cutting import cut
from policy_kb.formats import apart, archive
from policy_kb.titling import titled
from tests.policy_kb.mutations import SAMPLES, mutated

_SEEDS = st.integers(0, 2**32 - 1)
_BYTES = {suffix: make() for suffix, make in SAMPLES.items()}


def outcome(suffix: str, data: bytes) -> str:
    """Read a file in this process, as the child does; return its text, or the sentence that refuses it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        if suffix == archive.SUFFIX:
            return "".join(
                each.refused.text if each.refused else each.name for each in archive.members(path, "a.zip")
            )
        if formats.READERS[suffix].risky:
            answer = apart.attempt(suffix, path)
            return str(answer.get("text") or answer.get("refused") or formats.EMPTY)
        try:
            return formats.read(path, f"a{suffix}")
        except Unreadable as error:
            return error.text


@pytest.mark.parametrize("suffix", SAMPLES)
@settings(max_examples=25, deadline=10_000)
@given(seed=_SEEDS)
def test_damage_gives_clauses_or_a_named_error(suffix: str, seed: int) -> None:
    """And what comes out is cut without loss."""
    text = outcome(suffix, mutated(suffix, _BYTES[suffix], seed))
    assert text
    for clause in cut(titled(text, f"a{suffix}").body):
        assert clause.text


@pytest.mark.parametrize("suffix", SAMPLES)
def test_the_samples_themselves_are_read(suffix: str) -> None:
    """Else the damage above proves nothing."""
    assert not outcome(suffix, _BYTES[suffix]).startswith("“")


@given(st.binary(max_size=400), st.sampled_from(sorted(set(SAMPLES) - {".pdf"})))
def test_any_bytes_give_text_or_a_named_error(data: bytes, suffix: str) -> None:
    """No format is trusted by its name."""
    assert outcome(suffix, data)
