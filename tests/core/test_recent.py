"""What was used last is kept, and never more than the limit."""

from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.recent import Recent

_steps = st.lists(st.tuples(st.sampled_from(["put", "get", "drop"]), st.integers(0, 12)), max_size=80)


@given(st.integers(1, 10), _steps)
def test_a_value_is_the_one_put_last_or_gone(most: int, steps: list[tuple[str, int]]) -> None:
    recent: Recent[int, int] = Recent(most)
    last: dict[int, int] = {}
    for number, (step, key) in enumerate(steps):
        if step == "put":
            recent.put(key, number)
            last[key] = number
        elif step == "drop":
            recent.drop(key)
            last.pop(key, None)
        else:
            assert recent.get(key) in (last.get(key), None)
        assert len(recent) <= max(most, 2)
    for key in range(13):
        assert recent.get(key) in (last.get(key), None)


def test_the_half_used_last_is_there() -> None:
    recent: Recent[int, str] = Recent(10)
    for key in range(100):
        recent.put(key, "x")
        recent.get(1)
    assert all(recent.get(key) for key in (1, 99, 98, 97, 96))
    assert recent.get(50) is None
