"""A bounded map that keeps what was used last. In: keys and values. Out: the value of a key, unless it was dropped.

Two maps take turns: what is put or found goes to the young one; when that is half of the limit, it becomes
the old one, and what was old and not used since is dropped at once. This costs a look-up more and nothing else.
"""

from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """At most `most` entries, among them the most / 2 that were used last."""

    __slots__ = ("_half", "_old", "_young")

    def __init__(self, most: int) -> None:
        """Begin empty."""
        self._half = max(1, most // 2)
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}

    def __len__(self) -> int:
        """How many entries there are; one that was put again may count twice."""
        return len(self._young) + len(self._old)

    def get(self, key: Key) -> Value | None:
        """The value of a key, which stays the longer for that; None where there is none."""
        value = self._young.get(key)
        if value is None:
            value = self._old.pop(key, None)
            if value is not None:
                self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Keep a value, which is not None, in place of the key's former one."""
        self._young[key] = value
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}

    def drop(self, key: Key) -> None:
        """Forget a key."""
        self._young.pop(key, None)
        self._old.pop(key, None)
