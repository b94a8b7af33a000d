"""What an upgrade would do to a backed-up workspace. In: a backup's manifest. Out: the migrations that it lacks.

A migration `pre` only adds: the release before it goes on with the schema. One `post` removes what nobody uses any
more: after it only a backup leads back, and it says so.
"""

from pathlib import Path

from msgspec import Struct

from konnektu.keeping.model import Manifest
from konnektu.storage.api import Target, steps_after

TARGETS: tuple[Target, ...] = ("control", "inbox", "workspace")


class Step(Struct, frozen=True):
    """One migration."""

    target: str
    slice: str
    name: str
    can_roll_back: bool
    """Whether the release before it works on the schema after it; else only a backup leads back."""


def steps(manifest: Manifest) -> list[Step]:
    """The migrations that the schemas of the backup lack, in the order they are carried out."""
    return [
        step_of(target, path)
        for target in TARGETS
        for path in steps_after(target, manifest.versions.get(target, ()))
    ]


def step_of(target: Target, path: Path) -> Step:
    """The migration of a file, as `<slice>/migrations/<target>/NNNN_pre_name.py`."""
    return Step(target, path.parents[2].name, path.stem, "_post_" not in path.name)
