"""Imports: a million rows from a file into the inbox, and what memory that takes.

Load: people with a name, a phone, an e-mail, a city and a sum, one row in a thousand broken. The limits:
decoding the same events alone (imports decode every row before they send it), and for memory what the
process holds after a tenth of the rows.
"""

import csv
import resource
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from konnektu.access.api import system_caller
from konnektu.bench.report import Result, result, timed
from konnektu.bench.world import World, world
from konnektu.collect import api as collect
from konnektu.core.clock import SystemClock
from konnektu.core.records import Parcel
from konnektu.imports import api as imports

BUDGET_MB = 64
"""Memory that nine tenths of the file may add."""
SAMPLE = 20_000


def bench_imports(rows: int = 1_000_000) -> Iterator[Result]:
    """Measure one import of a CSV file of so many rows, no writer running."""
    with world() as here, tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "people.csv"
        _write(file, rows)
        work, job = _job(here, Path(scratch) / "data", file)
        held: list[int] = []
        done, seconds = timed(lambda: imports.run(work, job.id, lambda _: held.append(_resident())))
        assert done.counts.read == rows  # noqa: S101 - a bench of other rows would measure nothing
        decode = SAMPLE / timed(lambda: _decode(rows))[1]
        yield result("imports.rows", rows / seconds, "rows/s", limit=decode)
        grown = (held[-1] - held[len(held) // 10]) / 2**20
        budget = f"≤ {BUDGET_MB} MB for the last nine tenths of a million rows"
        yield result("imports.memory", grown, "MB", budget=budget, met=grown <= BUDGET_MB)
        yield result("imports.peak_memory", held[-1] / 2**20, "MB")


def _write(file: Path, rows: int) -> None:
    with file.open("w", newline="", encoding="cp1251") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(["Имя", "Телефон", "Почта", "Город", "Сумма"])
        writer.writerows(_row(number) for number in range(rows))


def _row(number: int) -> tuple[str, ...]:
    if number % 1_000 == 999:
        return (f"Строка {number}", "обрыв")
    return (f"Имя {number}", f"+79{number:09d}", f"i{number}@shop.ru", "Самара", f"{number % 977},50")


def _job(here: World, data: Path, file: Path) -> tuple[imports.Work, imports.Import]:
    clock, options = SystemClock(), collect.Options()
    folder = imports.Folder(data, here.workspace)
    upload = folder.keep(imports.copy_chunks(file), 1 << 32)
    inspection = imports.inspect(upload.path, here.workspace.timezone)
    caller = system_caller(here.workspace)
    job = imports.add(
        here.storage, caller, upload, file.name, inspection=inspection, clock=clock, kinds=options.kinds
    )
    imports.start(here.storage, here.workspace, job.id, folder=folder, now=clock.now_ms())
    return imports.Work(here.storage, here.workspace, folder, clock, options, "bench"), job


def _decode(first: int) -> None:
    """Decode as many events of other people, in parcels as large as a chunk's."""
    bodies = (_body(first + number) for number in range(SAMPLE))
    while events := list(islice(bodies, 2_000)):
        collect.decode(Parcel(1, "import", 1_760_000_000_000, events, history=True), 0, 0, collect.Options())


def _body(number: int) -> bytes:
    name, phone, email, city, amount = _row(number * 1_000)
    return (
        f'{{"type":"identify","messageId":"import-{number}","timestamp":"2025-10-09T08:53:20.000Z","traits":{{"name":"{name}",'
        f'"phone":"{phone[:12]}","email":"{email}","city":"{city}","sum":{amount.replace(",", ".")}}}}}'
    ).encode()


def _resident() -> int:
    """Most memory this process has held, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
