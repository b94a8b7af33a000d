"""What a normaliser answers when a value cannot be used: a value of its own, never an exception."""

from typing import Any

from msgspec import Struct


class Invalid(Struct, frozen=True):
    """A value that cannot be used, and why."""

    reason: str
    """A word of a closed set; each normaliser's docstring lists its own."""


def is_valid(value: Any) -> bool:
    """Whether a normaliser's answer is a usable value: anything that is not `Invalid`."""
    return not isinstance(value, Invalid)
