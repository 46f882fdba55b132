"""What a trouble comes of: the nine causes by which villages sort problems, and 其他.

The lists are the general words of village work for each cause, written for any village.
"""

from fieldwork.reading.lexicon import pattern

OTHER = "other"
# Asked before the rest: these words settle it.
_SIGNS = (
    (OTHER, "creatures"),
    ("illness", "certainly_ill"),
    ("schooling", "out_of_school"),
    ("policy", "uninformed"),
    ("information", "jobless"),
    ("information", "offline"),
    (OTHER, "other"),
)
# The narrow before the wide, for where as many words speak for one as for another.
_CAUSES = (
    "policy",
    "illness",
    "schooling",
    "water",
    "information",
    "housing",
    "transport",
    "skill",
    "structure",
)


def cause_of(words: str) -> str | None:
    """Return the cause of a trouble told in these words: the one whose words come up most, the narrower first.

    None when the words tell of no cause at all.
    """
    for cause, sign in _SIGNS:
        if pattern(f"causes.{sign}").search(words):
            return cause
    counts = [
        (len(pattern(f"causes.{cause}").findall(words)), -rank, cause) for rank, cause in enumerate(_CAUSES)
    ]
    best = max(counts)
    return best[2] if best[0] else None
