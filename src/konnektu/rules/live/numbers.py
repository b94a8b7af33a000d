"""Numbers that states speak by. In: keys of leaves, streams and segments. Out: numbers that stay. Pure."""

from collections.abc import Container

from msgspec import Struct


class Numbers(Struct):
    """Names of leaves, streams and segments in states, by their keys; none is ever given twice."""

    leaves: dict[str, int] = {}
    streams: dict[str, int] = {}
    segments: dict[str, int] = {}
    given: int = 0
    """Streams that ever had a number: one that was forgotten and is asked for again is another."""

    def stream(self, key: str) -> int:
        """The number of a stream."""
        if key not in self.streams:
            self.streams[key] = self.given
            self.given += 1
        return self.streams[key]

    def retire(self, streams: Container[int]) -> None:
        """Forgets all streams but these, once no definition asks for the others; states may still hold them."""
        self.streams = {key: number for key, number in self.streams.items() if number in streams}
