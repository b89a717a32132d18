"""huggingface_hub kept in bounds: in time to the last byte, and on the hosts that were asked for.

Its client knows a time limit for a single read only, so that a server which sends a byte now and then is listened to
for ever; it sleeps before it tries again, for an hour where a server says so; and it follows redirects to anywhere.
Here a connection is cut when the time is up, and what would be tried again too late fails at once. Only public names of
it and of its HTTP library are used, and ``tests/core/test_hub_adapter.py`` says so loudly when a new version is without
one of them.
"""

import importlib
import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CDN = (".huggingface.co", ".hf.co")  # where the Hub keeps large files
TRIED_AGAIN = (408, 429, 500, 502, 503, 504)  # answers after which huggingface_hub sleeps
LONGEST_PAUSE_S = 8.0  # between its tries: one second, and each time twice as long up to this


class GivenUp(Exception):
    """The time for a download is up, or too short for another try; then its cause says what went wrong."""


class Astray(Exception):
    """The Hub sent us to a host that is not its own."""


@dataclass
class Bounds:
    """Until when a download may last, on the clock of :func:`time.monotonic`, and the Hub's address."""

    until: float
    home: str
    failures: int = 0  # tries that came to nothing
    streams: list = field(default_factory=list)  # every connection that was opened

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

    def may_sleep(self, pause_s: float = 0.0) -> bool:
        """Whether there is time for the pause that huggingface_hub makes after another failure."""
        self.failures += 1
        usual = min(LONGEST_PAUSE_S, 2.0 ** (self.failures - 1))
        return self.until - time.monotonic() > max(usual, pause_s + 1 if pause_s else 0)

    def opened(self, event: str, info: dict) -> None:
        """What the HTTP library tells its listeners: remember each new connection."""
        stream = info.get("return_value")
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")) and hasattr(stream, "get_extra_info"):
            self.streams.append(stream)

    def cut(self) -> None:
        """From any thread: end all its connections, so that whoever listens to one stops at once."""
        self.until = -math.inf
        for stream in self.streams:
            with suppress(OSError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


_bounds: ContextVar[Bounds | None] = ContextVar("bounds", default=None)
_installing = threading.Lock()
_installed = False


@contextmanager
def bounded(bounds: Bounds) -> Iterator[None]:
    """All requests of huggingface_hub in this thread, together, stay within ``bounds``."""
    token = _bounds.set(bounds)
    try:
        yield
    finally:
        _bounds.reset(token)


def until(deadline_s: float, endpoint: str | None) -> Bounds:
    """Bounds that end in so many seconds, around the Hub at ``endpoint`` or where HF_ENDPOINT points."""
    from huggingface_hub import constants

    install()
    return Bounds(time.monotonic() + deadline_s, endpoint or constants.ENDPOINT)


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
            once = library.Limits(max_keepalive_connections=0)  # else a connection might be another download's
            set_client_factory(lambda: client(event_hooks=hooks, follow_redirects=True, timeout=None, limits=once))
        _installed = True


def bounded_client(library):
    """A class of clients of an HTTP library like httpx that keep the bounds of the thread they are used in."""
    from huggingface_hub.utils import hf_raise_for_status

    passing = (library.TimeoutException, library.NetworkError, library.RemoteProtocolError)

    def again_or(bounds: Bounds, error: Exception) -> None:
        """``GivenUp`` where a failure that huggingface_hub would try again leaves no time for that."""
        bounds.left()
        if not bounds.may_sleep():
            raise GivenUp from error

    class Body(library.SyncByteStream):
        """An answer's body that ends with ``GivenUp`` when the time is up."""

        def __init__(self, body, bounds: Bounds):
            self.body, self.bounds = body, bounds

        def __iter__(self):
            try:
                for chunk in self.body:
                    self.bounds.left()
                    yield chunk
            except passing as error:
                again_or(self.bounds, error)
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
            request.extensions["trace"] = bounds.opened
            options["follow_redirects"], follow = False, options.get("follow_redirects", self.follow_redirects)
            try:
                answer = super().send(request, stream=True, **options)
            except passing as error:
                again_or(bounds, error)
                raise
            answer.stream = Body(answer.stream, bounds)
            if answer.status_code in TRIED_AGAIN and not bounds.may_sleep(asked_pause(answer.headers)):
                answer.read()
                hf_raise_for_status(answer)
            if follow is not False and answer.next_request is not None:  # each step is looked at, as the first was
                answer.close()
                return self.send(answer.next_request, stream=stream)
            if not stream:
                answer.read()
            return answer

    return Client


def asked_pause(headers) -> float:
    """Seconds that a server wants to be left alone; for ever where it says so in words that are not understood."""
    said = [headers.get("Retry-After")]
    said += [part.partition("t=")[2] for part in headers.get("RateLimit", "").split(";") if "t=" in part]
    try:
        return max(float(value) for value in said if value is not None) if any(said) else 0.0
    except ValueError:
        return math.inf
