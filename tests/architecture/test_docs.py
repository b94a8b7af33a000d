"""What the documents say of the code is what the code says; links lead somewhere; the text is clean."""

import re
from pathlib import Path

import pytest
from scripts.doc_tables import DOCS, TABLE, TABLES, rewritten

ROOT = DOCS.parent
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_tables_are_as_the_code_has_them(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert rewritten(text) == text, "run .venv/bin/python scripts/doc_tables.py"


def test_every_table_stands_in_some_document() -> None:
    shown = {
        found[1] for page in DOCS.rglob("*.md") for found in TABLE.findall(page.read_text(encoding="utf-8"))
    }
    assert shown == set(TABLES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert not [link for link in links if not (page.parent / link).exists()]


def test_every_word_of_the_glossary_has_both_languages() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", (DOCS / "glossary.md").read_text("utf-8"), re.MULTILINE
    )
    words = [english.strip() for english, russian, _ in rows[1:]]
    assert len(words) >= 35
    assert len(set(words)) == len(words)
    assert all(re.search("[а-яё]", russian) for _, russian, _ in rows[2:])
