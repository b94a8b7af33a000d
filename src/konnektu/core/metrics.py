"""Every Prometheus metric. In: nothing. Out: metric objects that the slices move.

Each is declared here alone, with what it means and what to do when it looks wrong; docs/operations.md
lists the same ones. Labels are closed sets or workspace slugs, never values of people.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Literal

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Set for every role process by the supervisor, so that any of them can show the figures of all."""

QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Bucket bounds in seconds for what a person or an SDK waits for."""

events_accepted = Counter(
    "konnektu_events_accepted",
    "Events answered with 200, by kind of door. A fall to zero: look at the senders and at collect's log.",
    ["origin"],
)
requests_refused = Counter(
    "konnektu_requests_refused",
    "Tracking requests refused, by HTTP status. 401: a wrong key; 413: too large; 429: collect is full.",
    ["status"],
)
append_seconds = Histogram(
    "konnektu_append_seconds",
    "Seconds from a group commit's first event to its durable write. High: the disk is slow or full.",
    buckets=QUICK,
)
buffer_bytes = Gauge(
    "konnektu_collect_buffer_bytes",
    "Bytes accepted and not yet written. Near collect_buffer_bytes: PostgreSQL is slower than the traffic.",
    multiprocess_mode="mostrecent",
)
events_applied = Counter(
    "konnektu_events_applied",
    "Events that a writer committed. Below the accepted rate for long: add a belt machine.",
    ["workspace"],
)
events_quarantined = Counter(
    "konnektu_events_quarantined",
    "Events put into quarantine, by reason. A jump: a sender changed its format; correct and replay them.",
    ["workspace", "reason"],
)
events_repeated = Counter(
    "konnektu_events_repeated",
    "Events recognised as repeats and left out. High: a sender retries much; look at its time-outs.",
    ["workspace"],
)
block_seconds = Histogram(
    "konnektu_block_seconds",
    "Seconds to apply one batch of blocks and commit. High: lower belt_block_events or look at PostgreSQL.",
    buckets=QUICK,
)
stage_seconds = Counter(
    "konnektu_stage_seconds",
    "Seconds that writers spent, by stage, with what they write while they go on. The largest share is what limits"
    " the rate of one workspace.",
    ["stage"],
)
inbox_lag_seconds = Gauge(
    "konnektu_inbox_lag_seconds",
    "Age of the oldest block that no writer has applied. Growing: no belt runs, or one is stopped on an error.",
    ["workspace"],
    multiprocess_mode="mostrecent",
)
sink_lag_events = Gauge(
    "konnektu_sink_lag_events",
    "Events committed and not yet in the event store. Growing: ClickHouse is away; it will catch up.",
    ["workspace"],
    multiprocess_mode="mostrecent",
)
store_queries = Counter(
    "konnektu_store_queries",
    "Queries of the embedded event store, by priority and outcome. Failures: see the store's log.",
    ["priority", "outcome"],
)
identity_decisions = Counter(
    "konnektu_identity_decisions",
    "Identity decisions, by kind. Many refusals: look at the identity rules and shared values.",
    ["workspace", "kind"],
)
role_restarts = Counter(
    "konnektu_role_restarts",
    "Times the supervisor started a role again after it died. Any: read that role's last log lines.",
    ["role"],
)
http_seconds = Histogram(
    "konnektu_http_seconds",
    "Seconds to answer a console or API request, by route. High: look at the slow queries of PostgreSQL.",
    ["route"],
    buckets=QUICK,
)


Stage = Literal[
    "decode",
    "deduplicate",
    "identity",
    "profiles",
    "acquisition",
    "dictionary",
    "segments",
    "hand-over",
    "commit",
]
"""What a writer does with a batch; the names of `flow.STAGES`, and the commit."""


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Count the seconds of a part of a writer's work under its stage."""
    begun = perf_counter()
    try:
        yield
    finally:
        stage_seconds.labels(name).inc(perf_counter() - begun)


def in_stage(name: Stage, work: Callable[..., object], *args: Any) -> None:
    """Do a piece of a writer's work and count its seconds under its stage."""
    with stage(name):
        work(*args)


def seconds_by_stage() -> dict[str, float]:
    """Seconds that the writers of this process spent so far, by stage."""
    samples = (sample for family in stage_seconds.collect() for sample in family.samples)
    return {sample.labels["stage"]: sample.value for sample in samples if sample.name.endswith("_total")}


def exposition() -> bytes:
    """All metrics in the Prometheus text format: of all role processes under one supervisor, else of this one."""
    if values.ValueClass is values.MutexValue:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


def declared() -> dict[str, str]:
    """Name → meaning of every metric of the product, sorted by name."""
    families = (family for family in REGISTRY.collect() if family.name.startswith("konnektu_"))
    return dict(sorted((family.name, family.documentation) for family in families))
