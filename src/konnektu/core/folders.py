"""Folders that hold people's data. In: a path. Out: the folder.

Invariant: other users of the machine cannot enter it.
"""

from pathlib import Path


def private_folder(path: Path) -> Path:
    """Make the folder with those above it, or find it, and close it to everybody but its owner; return it."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path
