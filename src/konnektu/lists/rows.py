"""The rows that a question to a list means. In: an asker and a question. Out: rows, page after page."""

from collections.abc import Iterator

from konnektu.core.asking import wanted
from konnektu.core.section import Row, Section
from konnektu.lists.model import Question
from konnektu.storage.api import Asker

PAGE = 1_000
"""Rows that are fetched at once."""


def pages(asker: Asker, section: Section, question: Question) -> Iterator[list[Row]]:
    """Pages of the rows that are meant; it ends early where the last of the chosen ones was found."""
    left = set(question.keys)
    after: str | None = ""
    while after is not None:
        asked = wanted(section, question.filters, question.order, after, PAGE, asker)
        found = section.rows(asker, asked)
        meant = [row for row in found.rows if not question.keys or row.key in left]
        left.difference_update(row.key for row in meant)
        if meant:
            yield meant
        after = found.next if left or not question.keys else None
