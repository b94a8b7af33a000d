"""The process that appends for a collector. In: groups of parcels through a socket. Out: an outcome, after the commit.

A process, because the work of a commit in a thread of the collector takes its interpreter from every request. It
ends when the collector does, however that ends: its socket closes. It finishes the group in hand, which its sender
may never hear of; clients repeat what was not acknowledged, and deduplication takes out what is there already.
"""

import signal
import socket
import sys
from contextlib import suppress
from io import BufferedReader

from konnektu.collect.shares import LENGTH_BYTES, Outcome, blocks, frame, opening
from konnektu.core.errors import Retry
from konnektu.core.memory import spare_cycle_collector
from konnektu.log.api import Inlet
from konnektu.storage.api import Db


def serve(link: socket.socket) -> None:
    """Append group after group until the collector closes. Raises `OSError` where it is gone."""
    with link.makefile("rb") as stream:
        first = received(stream)
        if not first:
            return
        said = opening(first)
        inlet = Inlet(Db(said.conninfo, name=said.name, size=1))
        try:
            while group := received(stream):
                link.sendall(frame(appended(inlet, group)))
        finally:
            inlet.close()


def appended(inlet: Inlet, group: bytes) -> Outcome:
    """What became of a group. An error is an outcome, too: the requests that wait must hear of it."""
    try:
        inlet.append(blocks(group))
    except Retry as error:
        return Outcome(away=error.message)
    except Exception as error:  # noqa: BLE001 - the collector logs it and answers the requests
        return Outcome(fault=repr(error))
    return Outcome()


def received(stream: BufferedReader) -> bytes:
    """The next frame; nothing where the collector is gone."""
    length = stream.read(LENGTH_BYTES)
    packed = stream.read(int.from_bytes(length, "big"))
    return packed if len(packed) == int.from_bytes(length, "big") else b""


def main(descriptor: int) -> None:
    """Serve the collector at the other end of an inherited socket."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # what was accepted is written first
    spare_cycle_collector()
    with suppress(OSError), socket.socket(fileno=descriptor) as link:
        serve(link)


if __name__ == "__main__":
    main(int(sys.argv[1]))
