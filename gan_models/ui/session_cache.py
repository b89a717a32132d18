"""What visitors bring along, in memory for a while: bounded in number, in bytes and in time, never on disk."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from gan_models.core import expiry
from gan_models.core.errors import SessionExpired

Kept = TypeVar("Kept")


@dataclass
class _Entry(Generic[Kept]):
    value: Kept
    size: int
    used: float


class SessionCache(Generic[Kept]):
    """Things of visitors, each under its visitor's name and a key; the longest unused go first.

    What is kept must be immutable: requests of one visitor may use it at the same time.

    Args:
        expired: what a visitor is told when something is no longer here.
        entries, most_bytes: how much is kept.
        ttl: seconds after which an unused one is forgotten.
        crowd_bytes, crowd_ttl: or after so many seconds, where more than so much is kept. Pages bring again what is
            asked for later, so that memory is not held for people who have left.
    """

    def __init__(
        self, expired: str, entries: int = 256, most_bytes: int = 64_000_000, ttl: float = 1800,
        crowd_bytes: int = 16_000_000, crowd_ttl: float = 60, clock: Callable[[], float] = time.monotonic,
    ):  # fmt: skip
        self.expired, self.entries, self.most_bytes, self.ttl, self.clock = expired, entries, most_bytes, ttl, clock
        self.crowd_bytes, self.crowd_ttl = crowd_bytes, crowd_ttl
        self._kept: OrderedDict[tuple[str, str], _Entry[Kept]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        expiry.register(self)

    def __len__(self) -> int:
        self.tidy()
        return len(self._kept)

    def tidy(self) -> None:
        """Forget what has expired."""
        with self._lock:
            self._tidy()

    def put(self, visitor: str, key: str, value: Kept, size: int = 0) -> None:
        """Keep a value of about ``size`` bytes for its visitor, in the place of an older one under the same key."""
        with self._lock:
            self._drop((visitor, key))
            self._kept[visitor, key] = _Entry(value, size, self.clock())
            self._bytes += size
            self._tidy()

    def get(self, visitor: str, key: str) -> Kept:
        """What a visitor has under a key.

        Raises:
            SessionExpired: it was never there, or is no longer kept.
        """
        found = self.find(visitor, key)
        if found is None:
            raise SessionExpired(self.expired)
        return found

    def find(self, visitor: str, key: str) -> Kept | None:
        """What a visitor has under a key, or None."""
        with self._lock:
            self._tidy()
            entry = self._kept.get((visitor, key))
            if entry is None:
                return None
            entry.used = self.clock()
            self._kept.move_to_end((visitor, key))
            return entry.value

    def _drop(self, place: tuple[str, str]) -> None:
        entry = self._kept.pop(place, None)
        self._bytes -= entry.size if entry else 0

    def _tidy(self) -> None:
        while self._kept:
            place, longest_unused = next(iter(self._kept.items()))
            patience = self.crowd_ttl if self._bytes > self.crowd_bytes else self.ttl
            full = len(self._kept) > self.entries or (self._bytes > self.most_bytes and len(self._kept) > 1)
            if not full and longest_unused.used >= self.clock() - patience:
                break
            self._drop(place)


def fingerprint(data: bytes) -> str:
    """A key for a file: the first half of its SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()[:32]
