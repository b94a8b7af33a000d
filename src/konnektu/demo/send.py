"""Tell a story to a running server through the official Segment client for Python, as a shop's own programs would.

In: the server's address, a write key for each kind of source, a story. Out: how many events the server has taken.
Invariant: every event is handed over once in its order within a source; a part of the story begins when the one
before it is answered for, so that a sender that was stopped goes on with that part; a lost event is an error.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from threading import Event
from typing import Any, Final

from segment.analytics.client import Client

from konnektu.core.errors import Retry
from konnektu.demo.acts import SourceKind, Told

BATCH: Final = 500
"""Events in one request; the client keeps requests under 475 kB whatever is asked for."""
PART: Final = 4_000
"""Events handed over before all of them must be answered for."""
PATIENCE_S: Final = 15
"""Seconds that one request may take."""
TRIES: Final = 7
LOOK_S: Final = 0.05


class NotDelivered(Retry):
    """The server did not take the story. See that it runs and that the write keys are its own, and start again."""


def send(
    host: str,
    keys: Mapping[SourceKind, str],
    story: Sequence[Told],
    delivered: Callable[[int], None] = lambda _: None,
    stop: Event | None = None,
) -> int:
    """Send the story until the end or until `stop`; how many of its events the server has for certain.

    `delivered` is told that number after each part. Raises `NotDelivered` when the client gave a batch up.
    """
    lost: list[str] = []
    clients = {source: _client(host, key, lost) for source, key in keys.items()}
    count = 0
    try:
        while count < len(story):
            part = story[count : count + PART]
            for told in part:
                _hand_over(clients[told.source], told.event)
            if not _answered(clients.values(), stop or Event()):
                break
            if lost:
                raise NotDelivered(f"{len(lost)} batches were given up, the first because: {lost[0]}")
            count += len(part)
            delivered(count)
    finally:
        for client in clients.values():
            client.join()
    return count


def _answered(clients: Collection[Client], stop: Event) -> bool:
    """Whether everything was answered for or given up before `stop`."""
    while any(client.queue.unfinished_tasks for client in clients):
        if stop.wait(LOOK_S):
            return False
    return True


def _client(host: str, key: str, lost: list[str]) -> Client:
    def note(error: Exception, batch: list[Any]) -> None:
        lost.append(f"{type(error).__name__}: {error} ({len(batch)} events)")

    return Client(
        write_key=key,
        host=host,
        on_error=note,
        max_queue_size=2 * PART,
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
