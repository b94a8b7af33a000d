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
_REFERENCE: Final = re.compile(r"\\[1-9]|\(\?(?:P=|\(|[=!<])")
"""A back-reference, a condition, or a look ahead or behind."""


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
        or _REFERENCE.search(bare)
        or len(_REPETITION.findall(bare)) > REPETITIONS
    ):
        return f"{pattern} may take too long: repeat single characters alone, at most {REPETITIONS} times"
    return ""
