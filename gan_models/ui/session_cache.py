"""A small shelf in memory for what visitors bring along: bounded in number and in time, never on disk."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable


class Shelf:
    """The toys that visitors opened, each under the fingerprint of its file; the longest unused go first.

    Args:
        size: how many are kept.
        ttl: seconds after which an unused one is forgotten.
    """

    def __init__(self, size: int = 16, ttl: float = 1800, clock: Callable[[], float] = time.monotonic):
        self.size, self.ttl, self.clock = size, ttl, clock
        self._toys: OrderedDict[str, tuple[object, float]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, data: bytes, toy: object) -> str:
        key = hashlib.sha256(data).hexdigest()[:32]
        with self._lock:
            self._toys[key] = (toy, self.clock())
            self._toys.move_to_end(key)
            self._tidy()
        return key

    def get(self, key: object):
        """The toy, or None where it was never opened or is no longer kept."""
        with self._lock:
            self._tidy()
            if not isinstance(key, str) or key not in self._toys:
                return None
            toy, _ = self._toys[key]
            self._toys[key] = (toy, self.clock())
            self._toys.move_to_end(key)
            return toy

    def _tidy(self) -> None:
        oldest = self.clock() - self.ttl
        for key in [key for key, (_, used) in self._toys.items() if used < oldest]:
            del self._toys[key]
        while len(self._toys) > self.size:
            self._toys.popitem(last=False)
