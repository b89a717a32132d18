"""Memory that visitors left behind goes back to the system by a clock, and not by the next visit."""

import asyncio
import contextlib
import ctypes
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache

from gan_models.core import expiry

TIDY_EVERY_S = 20.0


def tidying(more: Callable[[], None]) -> Callable[[object], AbstractAsyncContextManager]:
    """A lifespan of an ASGI app in which what has expired is forgotten, now and then; ``more`` in its event loop."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        async def tidy() -> None:
            while True:
                await asyncio.sleep(TIDY_EVERY_S)
                more()
                await asyncio.to_thread(forget_and_return)

        task = asyncio.create_task(tidy())
        try:
            yield
        finally:
            task.cancel()

    return lifespan


def forget_and_return() -> None:
    """Forget what has expired, and give the system what no longer holds anything."""
    expiry.tidy_all()
    with contextlib.suppress(OSError, AttributeError):
        glibc().malloc_trim(0)


@cache
def glibc() -> ctypes.CDLL:
    """The C library, where it is glibc, which keeps what is freed unless it is asked."""
    if sys.platform != "linux":
        raise OSError("no glibc here")
    return ctypes.CDLL("libc.so.6")
