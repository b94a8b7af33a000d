"""The category tree. In: each category's parent. Out: the path of each from the top, and the circles.

Invariant: every path ends, whatever parents are said; a parent that nobody knows counts as the top.
"""

from collections.abc import Mapping

MAX_DEPTH = 64
"""Levels; a category below them is treated as standing in a circle."""


def circles(parents: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The circles among categories, each as the ids along it, beginning with the least."""
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in parents:
        walk: dict[str, int] = {}
        at = start
        while at in parents and at not in done and at not in walk:
            walk[at] = len(walk)
            at = parents[at]
        if at in walk:
            found.append(_from_least(tuple(walk)[walk[at] :]))
        done.update(walk)
    return found


def paths(parents: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Ids from the top down to each category itself. Takes parents without circles."""
    known: dict[str, tuple[str, ...]] = {}
    for start in parents:
        walk: list[str] = []
        at = start
        while at in parents and at not in known:
            walk.append(at)
            at = parents[at]
        path = known.get(at, ())
        for category in reversed(walk):
            path = (*path, category)
            known[category] = path
    return known


def accepted(
    standing: Mapping[str, str], stated: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The parents that hold when `stated` is laid over `standing`, and the circle of each category refused.

    A category on a circle keeps the parent that stands; `standing` has no circles.
    """
    taken = dict(stated)
    refused: dict[str, tuple[str, ...]] = {}
    while found := circles({**standing, **taken}):
        for circle in found:
            for category in circle:
                if taken.pop(category, None) is not None:
                    refused[category] = circle
    return {**standing, **taken}, refused


def _from_least(circle: tuple[str, ...]) -> tuple[str, ...]:
    at = circle.index(min(circle))
    return circle[at:] + circle[:at]
