"""The category tree against a slow and obvious walk."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from konnektu.catalogue.tree import accepted, circles, paths

ids = st.sampled_from("abcdefgh")
forests = st.dictionaries(ids, st.one_of(st.just(""), ids), max_size=8)


def on_a_circle(parents: dict[str, str]) -> set[str]:
    """Whoever comes back to where they began."""
    found = set()
    for start, above in parents.items():
        at, steps = above, 0
        while at in parents and at != start and steps < 20:
            at, steps = parents[at], steps + 1
        if at == start:
            found.add(start)
    return found


@given(forests)
def test_circles_are_found_whole_and_once(parents: dict[str, str]) -> None:
    found = circles(parents)
    members = [category for circle in found for category in circle]
    assert sorted(members) == sorted(on_a_circle(parents))
    assert all(
        parents[circle[at]] == circle[(at + 1) % len(circle)] for circle in found for at in range(len(circle))
    )


@given(forests, forests)
def test_what_is_accepted_has_no_circle_and_refuses_no_more_than_it_must(
    before: dict[str, str], stated: dict[str, str]
) -> None:
    standing, _ = accepted({}, before)
    held, refused = accepted(standing, stated)
    assert not on_a_circle(held)
    assert not set(refused) - set(stated)
    assert all(held[category] == parent for category, parent in stated.items() if category not in refused)
    assert all(held.get(category) == standing.get(category) for category in refused)
    whole = paths(held)
    assert set(whole) == set(held)
    for category, path in whole.items():
        assert path[-1] == category
        assert held[path[0]] not in held
        assert all(held[below] == above for above, below in itertools.pairwise(path))
