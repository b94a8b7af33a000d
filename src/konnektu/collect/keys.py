"""In: a write key from a request. Out: what it opens, from memory.

All keys of the installation stay in memory and are read again when their version has grown. A key that
nobody knows is looked for once in the database before it is refused, because a client whose key was
made a moment ago drops what is refused; after that it stays unknown for a second. While the database
is away the keys in memory hold, and an unknown key cannot be judged: that is `Retry`, not a refusal.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from konnektu.access.api import WriteKey
from konnektu.core.clock import SECOND, Clock
from konnektu.core.errors import Retry

REFRESH_SECONDS: Final = 1.0
"""How often the version of the keys is looked at."""
LONGEST: Final = 200
"""Characters of a key that is looked for: longer ones were never given out, and must not be remembered."""
UNKNOWN_MS: Final = SECOND
"""How long a key that was looked for in vain stays unknown without another look."""
MOST_UNKNOWN: Final = 10_000
"""Unknown keys remembered at once; guessing keys cannot fill the memory."""


class Keys:
    """The write keys of the installation, kept fresh by a task of the event loop."""

    def __init__(
        self, load: Callable[[], Sequence[WriteKey]], version: Callable[[], int], clock: Clock
    ) -> None:
        self._load, self._version, self._clock = load, version, clock
        self._known: dict[str, WriteKey] = {}
        self._unknown: dict[str, int] = {}
        self._seen = -1
        self._reading: asyncio.Future[bool] | None = None
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start to keep the keys fresh; call inside the running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._stay_fresh())

    async def close(self) -> None:
        """Stop keeping the keys fresh."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def known(self, key: str) -> WriteKey | None:
        """What the key opens as far as memory tells: active and not past its end."""
        found = self._known.get(key)
        if found is None or found.state != "active":
            return None
        if found.expires_at is not None and found.expires_at <= self._clock.now_ms():
            return None
        return found

    async def find(self, key: str) -> WriteKey | None:
        """What the key opens, after a look into the database if memory does not know it. Raises `Retry`."""
        if not key or len(key) > LONGEST or key in self._known:
            return self.known(key)
        now = self._clock.now_ms()
        if self._unknown.get(key, 0) > now:
            return None
        if not await self._read_afresh(key):
            raise Retry("The write key cannot be checked because the database does not answer. Repeat soon.")
        if key not in self._known:
            if len(self._unknown) >= MOST_UNKNOWN:
                self._unknown.clear()
            self._unknown[key] = now + UNKNOWN_MS
        return self.known(key)

    async def _read_afresh(self, key: str) -> bool:
        """A reading that began after the question; one under way may have begun before the key was made."""
        if self._reading is not None and not (await self._read_once() and key not in self._known):
            return key in self._known
        return await self._read_once()

    async def _stay_fresh(self) -> None:
        while True:
            await self._read_once()
            await asyncio.sleep(REFRESH_SECONDS)

    async def _read_once(self) -> bool:
        """Read the keys if their version has grown; whether that worked. Simultaneous callers share one reading."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(asyncio.to_thread(self._read))
            self._reading.add_done_callback(self._forget_reading)
        return await asyncio.shield(self._reading)

    def _forget_reading(self, _: object) -> None:
        self._reading = None

    def _read(self) -> bool:
        try:
            version = self._version()
            if version != self._seen:
                self._known = {key.key: key for key in self._load()}
                self._unknown = {}
                self._seen = version
        except Retry:
            return False
        return True
