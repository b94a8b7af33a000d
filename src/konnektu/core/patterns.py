"""Patterns that people write into settings. In: a regular expression. Out: whether it may be used, or why not.

Invariant: an accepted pattern meets any value of an identifier in well under a millisecond. One writer serves
many workspaces, so a pattern that searches for ever would hold them all up.
"""

import re
from typing import Final

LONGEST: Final = 200
"""Characters of a pattern."""
REPETITIONS: Final = 2
"""Repetitions of any number: each multiplies the work by the length of the value."""

_LITERAL: Final = re.compile(r"\\[^1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
"""What stands for one character: an escape that is no back-reference, a set."""
_GROUP_REPEATED: Final = re.compile(r"\)(?:[*+]|\{)")
_REPETITION: Final = re.compile(r"[*+]|\{\d*(?:,\d*)?\}")
_SPECIAL: Final = re.compile(r"\\[1-9]|\(\?(?!:)")
"""A back-reference or a group that is more than a group: a condition, a look ahead, a flag under which blanks hide."""
_OPTIONAL: Final = re.compile(r"(?<![(*+?}])\?")
MOST_WAYS: Final = (1024, 64, 8)
"""In how many ways groups and optional parts may be taken, by the number of repetitions."""


def fault_of(pattern: str) -> str:
    """Why a pattern cannot be used, for a person; empty where it can."""
    if len(pattern) > LONGEST:
        return f"a pattern has at most {LONGEST} characters"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return f"{pattern} is no regular expression"
    bare = _LITERAL.sub("x", pattern)
    if (
        _GROUP_REPEATED.search(bare)
        or _SPECIAL.search(bare)
        or (repetitions := len(_REPETITION.findall(bare))) > REPETITIONS
    ):
        return f"{pattern} may take too long: repeat single characters alone, at most {REPETITIONS} times"
    if _ways(bare) > MOST_WAYS[repetitions]:
        return f"{pattern} may take too long: it has too many optional parts and groups of alternatives"
    return ""


def _ways(bare: str) -> int:
    """In how many ways a pattern without literals may be gone through, but for its repetitions."""
    ways: int = 2 ** len(_OPTIONAL.findall(bare))
    branches: list[int] = []
    for character in bare:
        if character == "(":
            branches.append(1)
        elif character == "|" and branches:
            branches[-1] += 1
        elif character == ")":
            ways *= branches.pop()
    return ways
