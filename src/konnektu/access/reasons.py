"""Reasons for looking at personal data. In: what somebody says. Out: the reason as the audit log keeps it."""

from konnektu.core.errors import Unprocessable

REASON_LEAST, REASON_MOST = 5, 500
"""Characters of a reason: a word that means something, and no essay."""


def checked_reason(reason: str) -> str:
    """Return a stated reason, trimmed; raises `Unprocessable` for one that says nothing or cannot be read."""
    reason = " ".join(reason.split())
    if not REASON_LEAST <= len(reason) <= REASON_MOST or not reason.isprintable():
        raise Unprocessable(f"State a reason of {REASON_LEAST} to {REASON_MOST} printable characters.")
    return reason
