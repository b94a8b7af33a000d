"""The rows that a question to a list means. In: an asker and a question. Out: rows, page after page."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from konnektu.core.asking import wanted
from konnektu.core.section import Row, Section
from konnektu.lists.model import Question
from konnektu.storage.api import Asker

PAGE = 1_000
"""Rows that are fetched at once."""


def pages(
    asker: Asker, section: Section, question: Question, added: Sequence[str] = ()
) -> Iterator[list[Row]]:
    """Pages of the rows that are meant; it ends early where the last of the chosen ones was found.

    `added` names the columns of the workspace whose values are wanted, too.
    """
    left = set(question.keys)
    after: str | None = ""
    while after is not None:
        asked = wanted(section, question.filters, question.order, after, PAGE, asker)
        found = section.rows(asker, replace(asked, added=added))
        meant = [row for row in found.rows if not question.keys or row.key in left]
        left.difference_update(row.key for row in meant)
        if meant:
            yield meant
        after = found.next if left or not question.keys else None
