"""Request queues: how many visitors a tab computes for at once, how many may wait, and what the rest are told.

Gradio runs functions in threads, up to forty at a time. Forty threads on a few cores make everybody slow, so each tab
has a queue of its own: who waits in it holds no thread, and a slow tab does not slow down a quick one.

Places are shared fairly: addresses take turns, and so do the sessions of one address, so that whoever asks for a
hundred things at once costs nobody but himself. That, and forgetting the calls of those who left, is why this is no
plain limiter of anyio's.
"""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import anyio
import anyio.from_thread
import anyio.to_thread

from gan_models.core.errors import Busy

PATIENCE_S = 20.0  # nobody waits longer than this
LOOK_S = 0.5  # how often a waiting call looks whether its client is still there
MOST_ASIDE = 16


class ClientLeft(Exception):
    """Whoever asked is gone; nobody waits for an answer."""


@dataclass(frozen=True)
class Size:
    """How many compute at once (two: one packs its pictures while the other has the network), and how many wait."""

    places: int = 2
    waiting: int = 48


@dataclass(eq=False)
class Ticket:
    """A call that waits: whose it is, and what wakes it up with or without a place."""

    address: str
    session: str
    turn: anyio.Event = field(default_factory=anyio.Event)
    placed: bool = False


class RequestQueue:
    """Calls of one tab. All of it happens in one event loop, so nothing is locked.

    An address with so many waiting that it fills half the queue computes one call less at a time than there are places:
    the next visitor finds a place free, however long those calls take.
    """

    def __init__(self, size: Size = Size()):
        self.size = size
        self.mean_s = 0.0  # a running mean of what one call takes
        self.widened = 0  # places beyond the usual, for those who stepped aside
        self.waiting = 0
        self._running: dict[str, int] = {}  # by address
        self._lines: OrderedDict[str, OrderedDict[str, deque[Ticket]]] = OrderedDict()  # address, session; next first
        self._threads: anyio.CapacityLimiter | None = None  # belongs to the event loop that first uses it

    async def run(
        self, work: Callable[[], object], *, client: str = "", left: Callable[[], Awaitable[bool]] | None = None
    ) -> object:
        """Do ``work`` in a thread when its turn comes.

        Args:
            client: whose call it is: an address, or an address, a space and a session.
            left: whether the client is gone; asked while the call waits.

        Raises:
            Busy: too many are waiting, or for too long.
            ClientLeft: the client was gone before the call's turn came.
        """
        address, _, session = client.partition(" ")
        ticket = Ticket(address, session)
        self._enter(ticket)
        try:
            await self._wait(ticket, left)
            if left and await left():
                raise ClientLeft
            token = _place.set(self)  # the thread gets a copy of this context, for :func:`step_aside`
            try:
                return await anyio.to_thread.run_sync(self._timed, work, limiter=self._threads)
            finally:
                _place.reset(token)
        finally:
            self._leave(ticket)

    async def _wait(self, ticket: Ticket, left: Callable[[], Awaitable[bool]] | None) -> None:
        latest = time.monotonic() + PATIENCE_S
        while not ticket.turn.is_set():
            with anyio.move_on_after(LOOK_S):
                await ticket.turn.wait()
                break
            if left and await left():
                raise ClientLeft
            if time.monotonic() > latest:
                raise Busy(self.waiting, PATIENCE_S)
        if not ticket.placed:
            raise Busy(self.waiting, PATIENCE_S)

    def _enter(self, ticket: Ticket) -> None:
        """Give the call a place or a place in line; in a full line the last call of whoever has most makes room.

        Raises:
            Busy: the line is full of calls whose clients have no more than this one has, or moves too slowly.
        """
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(math.inf)
        if self._may_run(ticket.address):  # nobody who waits could have this place, see _next
            self._place(ticket)
            return
        wait_s = self._turns(ticket) * self.mean_s / self.size.places
        if wait_s > PATIENCE_S or (self.waiting >= self.size.waiting and not self._make_room(ticket)):
            raise Busy(self.waiting, wait_s)
        self._lines.setdefault(ticket.address, OrderedDict()).setdefault(ticket.session, deque()).append(ticket)
        self.waiting += 1

    def _make_room(self, ticket: Ticket) -> bool:
        """Send away the last call of whoever has most in line, if that is more than this ticket's client would have."""
        most = max(self._lines, key=self._count)
        sessions = self._lines[most]
        longest = max(sessions.values(), key=len)
        if most != ticket.address:
            unfair = self._count(most) > self._count(ticket.address) + 1
        else:
            unfair = len(longest) > len(sessions.get(ticket.session, ())) + 1
        if unfair:
            last = longest[-1]
            self._forget(last)
            last.turn.set()
        return unfair

    def _count(self, address: str) -> int:
        """How many calls of an address wait."""
        return sum(map(len, self._lines.get(address, {}).values()))

    def _turns(self, ticket: Ticket) -> int:
        """How many calls that wait now will have their turn before this one."""
        sessions = self._lines.get(ticket.address, {})
        own = len(sessions.get(ticket.session, ()))
        before = sum(min(len(line), own + (name != ticket.session)) for name, line in sessions.items())
        others = (self._count(address) for address in self._lines if address != ticket.address)
        return before + sum(min(count, before + 1) for count in others)

    def _may_run(self, address: str) -> bool:
        places = self.size.places + self.widened
        crowd = bool(address) and self._count(address) * 2 >= self.size.waiting and self.size.places > 1
        return sum(self._running.values()) < places and self._running.get(address, 0) < places - crowd

    def _place(self, ticket: Ticket) -> None:
        self._running[ticket.address] = self._running.get(ticket.address, 0) + 1
        ticket.placed = True
        ticket.turn.set()

    def _next(self) -> None:
        """Give free places to those whose turn it is."""
        while (found := next((address for address in self._lines if self._may_run(address)), None)) is not None:
            session = next(iter(self._lines[found]))
            ticket = self._lines[found][session][0]
            self._forget(ticket)
            for line, key in ((self._lines, found), (self._lines.get(found, OrderedDict()), session)):
                if key in line:
                    line.move_to_end(key)
            self._place(ticket)

    def _forget(self, ticket: Ticket) -> None:
        """Take a call out of the line."""
        sessions = self._lines[ticket.address]
        sessions[ticket.session].remove(ticket)
        self.waiting -= 1
        if not sessions[ticket.session]:
            del sessions[ticket.session]
        if not sessions:
            del self._lines[ticket.address]

    def _leave(self, ticket: Ticket) -> None:
        """The call is over, or was given up while it waited."""
        if ticket.placed:
            self._running[ticket.address] -= 1
            if not self._running[ticket.address]:
                del self._running[ticket.address]
        elif ticket in self._lines.get(ticket.address, {}).get(ticket.session, ()):
            self._forget(ticket)
        self._next()

    def widen(self, by: int) -> None:
        """In the event loop only."""
        self.widened += by
        self._next()

    def _timed(self, work: Callable[[], object]) -> object:
        started = time.perf_counter()
        try:
            return work()
        finally:
            self.mean_s += 0.1 * (time.perf_counter() - started - self.mean_s)


_place: ContextVar[RequestQueue | None] = ContextVar("place", default=None)


@contextmanager
def step_aside() -> Iterator[None]:
    """Let the next in line have one's place while one waits for something slow that needs no computing: a download.

    Outside a queue it does nothing. At most sixteen step aside at once, so that threads do not pile up either.
    """
    queue = _place.get()
    if queue is None or queue.widened >= MOST_ASIDE:
        yield
        return
    anyio.from_thread.run_sync(queue.widen, 1)
    try:
        yield
    finally:
        anyio.from_thread.run_sync(queue.widen, -1)
