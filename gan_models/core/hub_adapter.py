"""huggingface_hub kept in bounds: in time to the last byte, and on the hosts that were asked for.

Its client knows a time limit for a single read only, so that a server which sends a byte now and then is listened to
for ever; and it follows redirects to anywhere. Only public names of it and of its HTTP library are used here, and
``tests/core/test_hub_adapter.py`` says so loudly when a new version is without one of them.
"""

import importlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import urlsplit

CDN = (".huggingface.co", ".hf.co")  # where the Hub keeps large files


class GivenUp(Exception):
    """The time for a download is up."""


class Astray(Exception):
    """The Hub sent us to a host that is not its own."""


@dataclass(frozen=True)
class Bounds:
    """Until when a download may last, on the clock of :func:`time.monotonic`, and the Hub's address."""

    until: float
    home: str

    def left(self) -> float:
        """Seconds; ``GivenUp`` where there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise GivenUp
        return left

    def check(self, host: str, place: str) -> None:
        """``Astray`` for a request to ``place``, a host with its port, that is neither the Hub nor its CDN."""
        if place != urlsplit(self.home).netloc and not f".{host}".endswith(CDN):
            raise Astray


_bounds: ContextVar[Bounds | None] = ContextVar("bounds", default=None)
_installing = threading.Lock()
_installed = False


@contextmanager
def bounded(deadline_s: float, endpoint: str | None) -> Iterator[None]:
    """All requests of huggingface_hub in this thread, together, within ``deadline_s`` seconds and at the Hub."""
    from huggingface_hub import constants

    install()
    token = _bounds.set(Bounds(time.monotonic() + deadline_s, endpoint or constants.ENDPOINT))
    try:
        yield
    finally:
        _bounds.reset(token)


def install() -> None:
    """Have huggingface_hub use a client that keeps the bounds. One that somebody else gave it stays."""
    global _installed
    from huggingface_hub import constants, get_session, set_client_factory

    with _installing:
        if _installed:
            return
        constants.HF_HUB_DISABLE_XET = True  # its downloads are another program's, without any bounds
        usual = get_session()
        library = importlib.import_module(type(usual).__module__.partition(".")[0])  # httpx, or one of its heirs
        if type(usual) is library.Client:
            hooks = usual.event_hooks
            client = bounded_client(library)
            set_client_factory(lambda: client(event_hooks=hooks, follow_redirects=True, timeout=None))
        _installed = True


def bounded_client(library):
    """A class of clients of an HTTP library like httpx that keep the bounds of the thread they are used in."""

    class Body(library.SyncByteStream):
        """An answer's body that ends with ``GivenUp`` when the time is up."""

        def __init__(self, body, bounds: Bounds):
            self.body, self.bounds = body, bounds

        def __iter__(self):
            try:
                for chunk in self.body:
                    self.bounds.left()
                    yield chunk
            except library.TimeoutException:
                self.bounds.left()
                raise

        def close(self) -> None:
            self.body.close()

    class Client(library.Client):
        def send(self, request, *, stream=False, **options):
            bounds = _bounds.get()
            if bounds is None:
                return super().send(request, stream=stream, **options)
            bounds.check(request.url.host, request.url.netloc.decode())
            most = bounds.left()
            given = request.extensions.get("timeout") or {}
            request.extensions["timeout"] = {
                kind: min(most, given.get(kind) or most) for kind in ("connect", "read", "write", "pool")
            }
            options["follow_redirects"], follow = False, options.get("follow_redirects", self.follow_redirects)
            try:
                answer = super().send(request, stream=True, **options)
            except library.TimeoutException:
                bounds.left()
                raise
            answer.stream = Body(answer.stream, bounds)
            if follow is not False and answer.next_request is not None:  # each step is looked at, as the first was
                answer.close()
                return self.send(answer.next_request, stream=stream)
            if not stream:
                answer.read()
            return answer

    return Client
