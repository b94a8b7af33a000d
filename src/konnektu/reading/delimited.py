"""CSV of any dialect: the delimiter is found by how evenly it cuts, and one broken quote costs one row.

In: lines of text. Out: records, each with the line it begins on. Invariant: a good line beside a bad one
is read; no record takes more than `MAX_LINES` lines.
"""

import csv
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import islice

from konnektu.reading.model import MAX_CELL, BadRow
from konnektu.reading.text import has_bad_bytes, shown

DELIMITERS = ("\t", ";", "|", ",")
"""In order of belief where two cut equally well: commas also stand in numbers and sentences."""
MAX_LINES = 1_000
"""Lines one quoted cell may hold; a longer one is a quote that nobody closed."""
_EVEN_ENOUGH = 0.05
_SENTINEL = "\x00end\n"

csv.field_size_limit(2 * MAX_CELL)


def delimiter(sample: Sequence[str]) -> str:
    """The delimiter of a file, by the share of its first lines that it cuts into equally many cells.

    A quote left inside a cell means that the cut went through a quoted text, and counts against.
    """
    if sample and (named := _named(sample[0])):
        return named
    scores = {mark: _evenness(sample, mark) for mark in DELIMITERS}
    best = max(scores.values())
    return next(mark for mark in DELIMITERS if scores[mark] >= best - _EVEN_ENOUGH) if best > 0 else ","


def records(lines: Iterator[str], mark: str, width: int = 0) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Records with the number of their first line; blank lines and Excel's `sep=` line are passed over.

    `width` is the expected number of cells (0 where unknown): with it, a quote that swallows the
    following rows is noticed, its line is read as if it held no quotes, and the rows after it are kept.
    """
    source = _Lines(lines)
    reader = csv.reader(source, delimiter=mark)
    while True:
        source.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_TooManyLinesError, csv.Error):
            cells = None
        if cells is not None and source.ended:
            if source.taken == [_SENTINEL]:
                return
            cells = None
        if len(source.taken[0]) >= MAX_CELL:
            number, line = source.give_back_all_but_first()
            reader = csv.reader(source, delimiter=mark)
            yield BadRow(
                number, "too_long", f"The line is longer than {MAX_CELL} characters.", shown(line[:1_000])
            )
        elif cells is None or (len(source.taken) > 1 and _swallowed(source.taken, cells, mark, width)):
            number, line = source.give_back_all_but_first()
            reader = csv.reader(source, delimiter=mark)
            yield _without_quotes(number, line, mark, width)
        elif cells and not (source.number == 1 and _named(source.taken[0])):
            yield source.number, cells


class _TooManyLinesError(Exception):
    """A record holds more lines than allowed."""


class _Lines:
    """Numbered lines with the last record's lines kept, so that they can be read again differently."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._next = 1
        self.number = 1
        """Number of the first line of the record being read."""
        self.taken: list[str] = []
        self.ended = False

    def begin(self) -> None:
        """A record begins at the next line."""
        self.taken = []
        self.ended = False
        self.number = self._next

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_LINES or sum(map(len, self.taken[1:])) > MAX_CELL:
            raise _TooManyLinesError
        line = self._again.popleft() if self._again else next(self._lines, "")
        if line:
            self._next += 1
        else:
            # a quote that is open at the end of the file takes the sentinel into its cell
            line, self.ended = _SENTINEL, True
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> tuple[int, str]:
        """The first line of the record; the others will be read again."""
        again = [line for line in self.taken[1:] if line is not _SENTINEL]
        self._again.extendleft(reversed(again))
        self._next = self.number + 1
        return self.number, self.taken[0]


def _swallowed(taken: Sequence[str], cells: Sequence[str], mark: str, width: int) -> bool:
    """Whether a record of several lines is in truth several rows behind an open quote: its width is wrong,
    or its first two lines are rows of their own.
    """
    if not width:
        return False
    return len(cells) != width or (width > 2 and all(line.count(mark) == width - 1 for line in taken[:2]))


def _without_quotes(number: int, line: str, mark: str, width: int) -> tuple[int, list[str]] | BadRow:
    """A line whose quotes do not match, read with quotes as plain letters; bad where the cells do not fit."""
    cells = line.rstrip("\r\n").split(mark)
    if width and len(cells) == width:
        return number, cells
    return BadRow(number, "unclosed_quote", "A quote opened on this line is never closed.", shown(line))


def aligned(number: int, cells: list[str], width: int, mark: str, *, clean: bool) -> list[str] | BadRow:
    """The cells of a record, exactly `width` of them; empty ones too many are dropped.

    A short or long record is bad: nobody can say which of its cells moved.
    """
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        detail = f"The row has {len(cells)} cells, the header {width}."
        return BadRow(number, "ragged", detail, shown(mark.join(cells)))
    if not clean and any(map(has_bad_bytes, cells)):
        detail = "The row holds bytes that are no letters in the encoding of the file."
        return BadRow(number, "wrong_text", detail, shown(mark.join(cells)))
    return cells


def _named(line: str) -> str:
    """The delimiter that Excel's own first line `sep=;` names, or nothing."""
    text = line.lstrip("\ufeff").rstrip("\r\n")
    return text[4:] if text[:4].lower() == "sep=" and len(text) == 5 else ""


def _evenness(sample: Sequence[str], mark: str) -> float:
    """Share of records with the most usual width above one, less the share of cells cut through a quote."""
    found = [r[1] for r in islice(records(iter(sample), mark), len(sample)) if not isinstance(r, BadRow)]
    widths = Counter(len(cells) for cells in found if any(cells))
    if not widths:
        return 0.0
    width, even = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    if width < 2:
        return 0.0
    cut = sum('"' in cell for cells in found for cell in cells) / sum(map(len, found))
    return even / widths.total() - cut
