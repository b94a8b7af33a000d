"""`konnektu bench`. In: a name and a size. Out: figures, each with its limit, its budget, and whether it was met.

Everything is measured in throw-away installations in temporary folders; nothing of this one is touched.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from konnektu.bench.report import Result
from konnektu.cli.answer import Answer, Injected, table
from konnektu.core.errors import NotFound

Bench = Callable[[], Iterator[Result]]
USUAL_EVENTS = 200_000
USUAL_SEGMENTS = 50
COUNTS = "segments-count"
EXACTNESS = "exactness"
"""The bench that finds out whether evaluators agree, and not how fast they are."""


def bench(  # noqa: PLR0913 - options of a command
    name: str = "",
    *,
    people: int | None = None,
    events: int = USUAL_EVENTS,
    ids: int | None = None,
    orders: int = 10,
    products: int = 200_000,
    segments: int = 0,
    comparisons: int = 20_000,
    seed: int = 0,
    context: Injected,  # noqa: ARG001 - what every command takes
) -> Answer:
    """Measure this machine: everything, or one bench by its name.

    Parameters
    ----------
    name
        writer, beside, backlog, collect, imports, catalogue, product, segments, storm, latency, segments-count or
        base; all but the last two when left out.
        `exactness` compares evaluators of segments instead, and measures nothing.
    people
        Known people in the writer's bench, 100000 when left out; its budget speaks of 1000000. People of the base,
        1000000 when left out.
    events
        Events measured in the writer's bench, and of the backlog's; 3600000 are an hour of 1,000 a second. Of
        segments-count 10000000 when left out.
    ids
        Message ids known to deduplication in the writer's bench; 300 for each person when left out.
    orders
        Orders of each person of the base.
    products
        Products of the base's catalogue.
    segments
        Live segments in force in the writer's bench; of `beside`, which measures what they cost beside none, 50 when
        left out.
    comparisons
        Verdicts to compare in `exactness`, each by all three evaluators; a million is what is promised.
    seed
        Of the first batch of `exactness`; the batches after it have the numbers that follow.
    """
    if name == EXACTNESS:
        return _exactness(comparisons, seed)
    benches = _benches(people or 100_000, events, ids, segments)
    known = {
        **benches,
        "base": _base(people or 1_000_000, orders, products),
        COUNTS: _counts(10_000_000 if events == USUAL_EVENTS else events, people or 1_000_000),
    }
    if name and name not in known:
        message = f"There is no bench {name}. There are {', '.join((*known, EXACTNESS))}."
        raise NotFound(message)
    chosen = [known[name]] if name else list(benches.values())
    results = list(chain.from_iterable(make() for make in chosen))
    missed = any(one.met is False for one in results)
    rows = [_row(one) for one in results]
    columns = ("figure", "value", "limit", "ratio", "budget", "met")
    return Answer({"results": results}, table(columns, rows), exit_code=int(missed))


def _benches(people: int, events: int, ids: int | None, segments: int) -> Mapping[str, Bench]:
    from konnektu.bench.backlog import bench_backlog
    from konnektu.bench.beside import bench_beside
    from konnektu.bench.catalogue import bench_catalogue
    from konnektu.bench.collect import bench_collect
    from konnektu.bench.imports import bench_imports
    from konnektu.bench.latency import bench_latency
    from konnektu.bench.product import bench_product
    from konnektu.bench.segments import bench_segments
    from konnektu.bench.storm import bench_storm
    from konnektu.bench.writer import bench_writer

    return {
        "writer": lambda: bench_writer(people, events, ids, segments=segments),
        "beside": lambda: bench_beside(people, events, segments or USUAL_SEGMENTS),
        "backlog": lambda: bench_backlog(events),
        "collect": bench_collect,
        "imports": bench_imports,
        "catalogue": bench_catalogue,
        "product": bench_product,
        "segments": bench_segments,
        "storm": bench_storm,
        "latency": bench_latency,
    }


def _base(people: int, orders: int, products: int) -> Bench:
    """The bench that takes gigabytes and the better part of an hour: it runs where it is asked for by name."""
    from konnektu.bench.base.run import bench_base

    return lambda: bench_base(people, orders, products)


def _counts(events: int, people: int) -> Bench:
    """The bench of counts over history: it makes ten million events first."""
    from konnektu.bench.counting import bench_counts

    return lambda: bench_counts(events, people)


def _exactness(comparisons: int, seed: int) -> Answer:
    """What was compared; the command fails where anything differs, or too little of something was looked at."""
    from konnektu.bench.exactness.run import exactness

    told = exactness(seed, comparisons)
    missed = told.missed()
    figures = {**{name: getattr(told, name) for name in told.__struct_fields__}, "missed": missed}
    rows = [(name, str(value)) for name, value in figures.items()]
    return Answer(figures, table(("figure", "value"), rows), exit_code=int(bool(missed)))


def _row(one: Result) -> tuple[str, ...]:
    met = "" if one.met is None else ("yes" if one.met else "NO")
    limit = "" if one.limit is None else f"{one.limit:g}"
    ratio = "" if one.ratio is None else f"{one.ratio:g}"
    return one.name, f"{one.value:g} {one.unit}", limit, ratio, one.budget, met
