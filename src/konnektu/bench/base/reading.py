"""Profiles of the base by identifier over HTTP, from the product as `konnektu serve` runs it.

In: a base in a folder whose event store nobody owns any more. Out: rates and percentiles, alone and beside a report;
processor time of the web role, a request.
"""

from collections.abc import Iterator
from random import Random

import psutil  # type: ignore[import-untyped]

from konnektu.bench.base.seeding import Base
from konnektu.bench.base.story import phone
from konnektu.bench.collect import free_port
from konnektu.bench.load import load
from konnektu.bench.product import CONNECTIONS, bench_reads, command, reads, running
from konnektu.bench.report import Result, result
from konnektu.bench.usage import used
from konnektu.bench.world import World
from konnektu.storage.api import postgres_pid

SAMPLE = 50_000
"""People asked for: each of them once, before anybody is asked for again."""
BUSY_SECONDS = 10.0


def bench_profiles(here: World, base: Base) -> Iterator[Result]:
    """Measure reading of people anywhere in the base, with what their orders come to."""
    folder, slug, port = here.config.data, here.workspace.slug, free_port()
    drawn = Random(17)  # noqa: S311 - the same people each time
    people = drawn.sample(base.numbers, min(SAMPLE, base.people))
    rights = "profiles.read,orders.read"
    token = command(folder, "token", "create", slug, "--scope", rights)["token"]
    requests = reads(slug, token, (("phone", phone(one)) for one in people))
    with running(folder, port, slug) as (server, _):
        yield from bench_reads(folder, port, slug, requests, "base.profile")
        pids = {"web": _web(server), "postgres": postgres_pid(folder) or 0}
        measured, usage = used(
            lambda: load(port, requests, connections=CONNECTIONS, seconds=BUSY_SECONDS), pids
        )
        yield result("base.profile.most", measured.rate, "requests/s, as fast as answered")
        for name, seconds in usage.cpu.items():
            yield result(f"base.profile.cpu.{name}", seconds / measured.answered * 1e3, "ms a request")


def _web(server: psutil.Process) -> int:
    """Pid of the process that answers."""
    for child in server.children(recursive=True):
        if "web" in child.cmdline() or any("web" in word for word in child.cmdline()):
            return int(child.pid)
    return int(server.pid)
