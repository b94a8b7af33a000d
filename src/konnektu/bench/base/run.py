"""The bench of a big base: made, checked, and then imports, lists, a backup and profiles measured on it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from msgspec import structs

from konnektu.bench.base.checks import check
from konnektu.bench.base.intake import bench_imports
from konnektu.bench.base.keeping import bench_backup
from konnektu.bench.base.lists import bench_lists
from konnektu.bench.base.reading import bench_profiles
from konnektu.bench.base.seeding import load_catalogue, make_base
from konnektu.bench.base.sizes import sizes
from konnektu.bench.report import Result, result, timed
from konnektu.bench.world import World, world
from konnektu.core.clock import SystemClock
from konnektu.core.memory import spare_cycle_collector
from konnektu.storage.api import create_workspace


def bench_base(people: int = 1_000_000, orders: int = 10, products: int = 200_000) -> Iterator[Result]:
    """Measure an installation with so many people, orders of each, and products."""
    spare_cycle_collector()
    with world(with_sink=True) as here, tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        yield result("base.catalogue", products / load_catalogue(here, products, scratch), "products/s")
        base, seconds = timed(lambda: make_base(here, people, orders, products))
        yield result("base.people", base.people, "people")
        yield result("base.seeding", base.people / seconds, "people/s")
        yield result("base.checked", check(here, base), "people compared")
        yield from sizes(here, base)
        yield from bench_lists(here, base)
        yield from bench_imports(here, _empty(here), base, scratch)
        yield from bench_backup(here, base, scratch)
        _let_go(here)
        yield from bench_profiles(here, base)


def _empty(here: World) -> World:
    """A workspace with nobody in it."""
    record = create_workspace(here.storage, "empty", "Empty", created_at=SystemClock().now_ms())
    return structs.replace(here, workspace=record)


def _let_go(here: World) -> None:
    """End the roles of the bench, whose work the product's own take over."""
    roles = [psutil.Process(here.processes[name]) for name in ("deliver", "store")]
    for role in roles:
        role.terminate()
        role.wait(30)
