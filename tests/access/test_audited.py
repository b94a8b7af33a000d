"""Whatever the code records in the audit log has words in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import konnektu
from konnektu.access.audited import AUDITED

SOURCES = Path(konnektu.__file__).parent
RECORDING = {
    "record", "record_alone", "add_audit", "add_audit_by_slug", "Deed", "_note", "_noted", "_audit", "_audited",
}  # fmt: skip
COMPOSED = {
    "menu.arranged", "menu.reset", "card.arranged", "card.reset", "columns.arranged", "columns.reset",
    "segment.saved", "segment.on", "segment.off", "segment.deleted",
    "computed.saved", "computed.deleted",
}  # fmt: skip
"""Made of two words when they are recorded."""


def recorded() -> Iterator[str]:
    """Names of actions that are said where something is recorded."""
    for path in SOURCES.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in RECORDING:
                said = [*call.args, *(one.value for one in call.keywords)]
                yield from (
                    one.value
                    for one in said
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and "." in one.value
                    and one.value.replace(".", "").replace("_", "").isalpha()
                )  # fmt: skip


def test_every_recorded_action_has_words() -> None:
    found = set(recorded())
    assert len(found) > 50
    known = [one.value for one in AUDITED]
    assert len(set(known)) == len(known)
    assert (found | COMPOSED) - set(known) == set(), "add words to access/audited.py"
