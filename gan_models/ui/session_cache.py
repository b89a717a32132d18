"""What visitors bring along, kept in memory: bounded in number and in time, never on disk."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable


class SessionCache:
    """What visitors opened, each under the fingerprint of its file; the longest unused go first.

    Args:
        size: how many are kept.
        ttl: seconds after which an unused one is forgotten.
    """

    def __init__(self, size: int = 16, ttl: float = 1800, clock: Callable[[], float] = time.monotonic):
        self.size, self.ttl, self.clock = size, ttl, clock
        self._kept: OrderedDict[str, tuple[object, float]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, data: bytes, value: object) -> str:
        key = hashlib.sha256(data).hexdigest()[:32]
        with self._lock:
            self._kept[key] = (value, self.clock())
            self._kept.move_to_end(key)
            self._tidy()
        return key

    def get(self, key: object):
        """What was kept, or None where it was never opened or is no longer kept."""
        with self._lock:
            self._tidy()
            if not isinstance(key, str) or key not in self._kept:
                return None
            value, _ = self._kept[key]
            self._kept[key] = (value, self.clock())
            self._kept.move_to_end(key)
            return value

    def _tidy(self) -> None:
        oldest = self.clock() - self.ttl
        for key in [key for key, (_, used) in self._kept.items() if used < oldest]:
            del self._kept[key]
        while len(self._kept) > self.size:
            self._kept.popitem(last=False)
