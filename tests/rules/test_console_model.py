"""The console's types of the language beside the language itself."""

import re
from pathlib import Path

from konnektu.rules.schema import schema

MODEL = (Path(__file__).parents[2] / "ui" / "src" / "kit" / "rules" / "model.ts").read_text()
NAMED = set(re.findall(r"\b(\w+)\??:", MODEL))
LITERALS = set(re.findall(r'"([^"]+)"', MODEL))


def test_the_console_names_every_part_field_and_word_of_the_language() -> None:
    parts = schema()["$defs"].values()
    fields = {name for part in parts for name in part.get("properties", {})}
    words = {
        word
        for part in parts
        for field in part.get("properties", {}).values()
        for word in [*field.get("enum", ()), *field.get("items", {}).get("enum", ())]
    }
    assert len(fields) > 30
    assert len(words) > 60
    assert fields - NAMED == set()
    assert words - LITERALS == set()
