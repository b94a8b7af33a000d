"""Tell a story to a running server through the official Segment client for Python, as a shop's own programs would.

In: the server's address, a write key for each kind of source, a story. Out: how many events were handed over.
Invariant: every event of the story is handed over once in its order within a source; a lost one is an error.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from segment.analytics.client import Client

from konnektu.core.errors import Retry
from konnektu.demo.acts import SourceKind, Told

BATCH: Final = 500
"""Events in one request; the client keeps requests under 475 kB whatever is asked for."""
QUEUE: Final = 50_000
PATIENCE_S: Final = 15
TRIES: Final = 7
"""Seconds that one request may take."""
SHOW_EVERY: Final = 1000


class NotDelivered(Retry):
    """The server did not take the story. See that it runs and that the write keys are its own, and start again."""


def send(
    host: str,
    keys: Mapping[SourceKind, str],
    story: Iterable[Told],
    shown: Callable[[int], None] | None = None,
) -> int:
    """Send the story and wait until the server has answered for all of it. `shown` is told the number sent so far.

    Raises `NotDelivered` when the client gave a batch up.
    """
    lost: list[str] = []
    clients = {source: _client(host, key, lost) for source, key in keys.items()}
    count = 0
    try:
        for count, told in enumerate(story, 1):
            if clients[told.source].queue.qsize() >= QUEUE - 1:
                clients[told.source].flush()
            _hand_over(clients[told.source], told.event)
            if shown and count % SHOW_EVERY == 0:
                shown(count)
    finally:
        for client in clients.values():
            client.shutdown()
    if lost:
        raise NotDelivered(f"{len(lost)} batches were given up, the first because: {lost[0]}")
    return count


def _client(host: str, key: str, lost: list[str]) -> Client:
    def note(error: Exception, batch: list[Any]) -> None:
        lost.append(f"{type(error).__name__}: {error} ({len(batch)} events)")

    return Client(
        write_key=key,
        host=host,
        on_error=note,
        max_queue_size=QUEUE,
        upload_size=BATCH,
        timeout=PATIENCE_S,
        max_retries=TRIES,
        gzip=True,
    )


def _hand_over(client: Client, event: dict[str, Any]) -> None:
    """Call the client's method for the type, with what the event holds."""
    common = {
        "user_id": event.get("userId"),
        "anonymous_id": event.get("anonymousId"),
        "context": dict(event["context"]),
        "timestamp": datetime.fromisoformat(event["timestamp"]),
        "message_id": event["messageId"],
    }
    match event["type"]:
        case "identify":
            client.identify(traits=event["traits"], **common)
        case "track":
            client.track(event=event["event"], properties=event["properties"], **common)
        case "page":
            client.page(name=event["name"], properties=event["properties"], **common)
        case "screen":
            client.screen(name=event["name"], properties=event["properties"], **common)
