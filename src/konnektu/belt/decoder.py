"""The process that decodes ahead for a belt. In: tasks through a pipe. Out: shipments, one for each, in order.

It holds no connection to anything and decides nothing; it ends when its belt does, or when nothing was asked
of it for a while. Whatever it cannot do it answers with nothing, and the belt does it itself.
"""

import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

from msgspec import msgpack

from konnektu.belt.decoding import Task, decoded, pack
from konnektu.core.memory import OBJECTS_OF_BATCHES, spare_cycle_collector
from konnektu.log import api as log

IDLE_SECONDS = 60.0
NOTHING = b""

_tasks = msgpack.Decoder(Task)


def serve(pipe: "Connection[bytes, bytes]") -> None:
    """Answer tasks until the other end closes or is silent."""
    while pipe.poll(IDLE_SECONDS):
        pipe.send_bytes(answer(pipe.recv_bytes()))


def answer(asked: bytes) -> bytes:
    """The shipment of a task; nothing where it cannot be made."""
    try:
        task = _tasks.decode(asked)
        batch = [log.decode_block(body) for body in task.blocks]
        read = list(decoded(batch, task.position, task.instants, task.options))
        return pack(read, task.number)
    except Exception:  # noqa: BLE001 - the belt meets the same fault, and knows what to do with it
        return NOTHING


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    spare_cycle_collector(OBJECTS_OF_BATCHES)
    with suppress(EOFError, OSError):
        serve(Connection(int(sys.argv[1])))
