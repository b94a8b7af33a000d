"""The name of a machine, for jobs whose files lie on it. In: its data folder. Out: a name that stays.

Machines that share one data folder share its name: each of them reaches its files.
"""

import os
from contextlib import suppress
from pathlib import Path

FILE = "machine.id"


def machine_name(data: Path) -> str:
    """The name of the machine with this data folder; made at its first use."""
    path = data / FILE
    with suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    data.mkdir(parents=True, exist_ok=True)
    made = data / f"{FILE}.{os.getpid()}"
    made.write_text(os.urandom(8).hex(), encoding="ascii")
    with suppress(FileExistsError):
        os.link(made, path)  # whole or not at all, and only the first of several
    made.unlink()
    return path.read_text(encoding="ascii").strip()


def queue_of(machine: str) -> str:
    """The queue of jobs that run on this machine alone."""
    return f"machine-{machine}"
