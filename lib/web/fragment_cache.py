"""FragmentCache that many pages share: made once and used again until something changes."""

import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, TypeVar

Made = TypeVar("Made")


class FragmentCache:
    """What was made, by its name. Values are shared between threads: nobody changes them.

    :param seconds: older parts are made anew whatever they were made from
    :param most: how many are kept; beyond that the one that was made longest ago is let go
    """

    def __init__(self, seconds: float = 10.0, most: int = 500):
        self.seconds, self.most = seconds, most
        self.kept: dict[Hashable, tuple[Hashable, float, Any]] = {}

    def get(self, name: Hashable, fresh: Hashable, make: Callable[[], Made]) -> Made:
        """The part of this name, made now unless it is there.

        :param fresh: what parts are made from, read before anything of it is: a part is good as long as that is the same
        """
        if found := self._find(name, fresh):
            return found[2]
        made_at = time.time()
        part = make()
        self.kept.pop(name, None)  # so that they stand in the order in which they were made
        if len(self.kept) >= self.most:
            with suppress(KeyError, RuntimeError, StopIteration):  # another thread has just done it
                del self.kept[next(iter(self.kept))]
        self.kept[name] = (fresh, made_at, part)
        return part

    def has(self, name: Hashable, fresh: Hashable) -> bool:
        """Whether `get` would find it."""
        return self._find(name, fresh) is not None

    def _find(self, name: Hashable, fresh: Hashable) -> tuple[Hashable, float, Any] | None:
        found = self.kept.get(name)
        return found if found and found[0] == fresh and 0 <= time.time() - found[1] < self.seconds else None
