"""Columns arrive on the server as they were given."""

import struct
from typing import Any

import pytest

from konnektu.storage.api import Bigints, Booleans, Byteas, Storage, Texts, WorkspaceRecord

COLUMNS: list[tuple[Any, str, list[Any]]] = [
    (Bigints, "bigint[]", [1, -1, 0, 2**63 - 1, -(2**63), None]),
    (Booleans, "boolean[]", [True, False, None]),
    (Byteas, "bytea[]", [b"", b"\x00\xff", b"x" * 70_000, None]),
    (Texts, "text[]", ["", "ё {\"a\": 'b'}\\,", "NULL", None]),
]


@pytest.mark.parametrize(("column", "kind", "values"), COLUMNS)
@pytest.mark.parametrize("part", ["all", "whole", "none"])
def test_elements_arrive_in_order(
    storage: Storage, workspace: WorkspaceRecord, column: Any, kind: str, values: list[Any], part: str
) -> None:
    sent = {"all": values, "whole": [value for value in values if value is not None], "none": []}[part]
    with storage.workspace(workspace).read() as db:
        found = db.execute(f"SELECT unnest(%s::{kind})", [column(sent)]).fetchall()
    assert [row[0] for row in found] == sent


def test_a_number_beyond_64_bits_is_refused() -> None:
    with pytest.raises((OverflowError, struct.error)):
        Bigints([2**63]).encoded()


def test_utf8_bytes_are_a_text(storage: Storage, workspace: WorkspaceRecord) -> None:
    with storage.workspace(workspace).read() as db:
        row = db.execute("SELECT (%s::text[])[1]::jsonb ->> 'a'", [Texts([b'{"a": "\xd1\x91"}'])]).fetchone()
    assert row == ("ё",)
