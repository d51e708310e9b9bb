"""Cache of page fragments and of values that many pages share, each valid for one content version."""

import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, TypeVar

Value = TypeVar("Value")


class FragmentCache:
    """Values by name, for one process. They are shared between threads, so callers must not change them.

    :param seconds: an entry expires after this time even if its version is still current, for what it shows
        may depend on the moment (a scheduled article appears without a change of the version)
    :param most: maximum number of entries; beyond it the oldest entry is evicted
    """

    def __init__(self, seconds: float = 10.0, most: int = 1500):
        self.seconds, self.most = seconds, most
        self.entries: dict[Hashable, tuple[Hashable, float, Any]] = {}  # name: (version, rendered at, value)

    def get(
        self, name: Hashable, version: Hashable, render: Callable[[], Value], *, timeless: bool = False
    ) -> Value:
        """Return the cached value of this name and version, or render and store it.

        :param version: must be read before any of the data that `render` reads
        :param timeless: the value does not depend on the moment and is valid as long as its version
        """
        entry, rendered_at = self.entries.get(name), time.time()
        if entry and entry[0] == version and (timeless or 0 <= rendered_at - entry[1] < self.seconds):
            return entry[2]
        value = render()
        self.entries.pop(name, None)  # keeps the dict ordered by age
        if len(self.entries) >= self.most:
            with suppress(KeyError, RuntimeError, StopIteration):  # another thread has just evicted it
                del self.entries[next(iter(self.entries))]
        self.entries[name] = (version, rendered_at, value)
        return value
