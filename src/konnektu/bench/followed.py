"""Live segments of the writer's load. In: an installation, how many. Out: so many in force, built for everybody.

They are of every kind of leaf that events touch (`bench/segments`), each over the names of the load's events.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from konnektu.belt.writer import Writer
from konnektu.bench.segments import drawn_segment
from konnektu.bench.traffic import NAMES
from konnektu.bench.world import World
from konnektu.core.clock import SystemClock
from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.rules.model import Segment
from konnektu.segments import api as segments

_NAME: Final = re.compile(rb'"event(\d+)"')


def follow(here: World, writer: Writer, number: int, drain: Callable[[], int]) -> None:
    """Bring segments into force, and return when everybody is decided under them; `drain` applies what waits."""
    bring_into_force(here, writer, {f"s{place}": of_load(place) for place in range(number)}, drain)


def bring_into_force(
    here: World, writer: Writer, definitions: Mapping[str, Segment], drain: Callable[[], int]
) -> None:
    """The same with definitions of one's own, by key."""
    now = SystemClock().now_ms()
    for key, definition in definitions.items():
        stated = segments.Stated(name=key, definition=definition)
        _tell(here, segments.Told(key=key, act="saved", segment=stated), now)
    drain()
    while writer.build_segments():
        pass
    while True:
        while writer.switch_segments():
            pass
        built = writer.built_segments()
        for key, version in built:
            _tell(here, segments.Told(key=key, act="built", version=version), now)
        if not built:
            return
        drain()


def of_load(place: int) -> Segment:
    """The live segment of a number, over the names of the load's events."""
    written = msgspec.json.encode(drawn_segment(place))
    named = _NAME.sub(lambda found: msgspec.json.encode(NAMES[int(found[1]) % len(NAMES)]), written)
    return msgspec.json.decode(named, type=Segment)


def _tell(here: World, told: segments.Told, now: int) -> None:
    body = segments.fact(told, by="bench", now=now)
    log.append(here.storage.inbox, here.workspace.id, [Parcel(0, "system", now, [body])])
