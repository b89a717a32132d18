"""Memory that visitors left behind goes back to the system by a clock, and not by the next visit."""

import asyncio
import contextlib
import ctypes
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache

from PIL import Image

from gan_models.core import expiry

TIDY_EVERY_S = 20.0
PICTURE_BLOCK = 2**28  # of a large picture in one piece: the system has it back as soon as nobody looks at it


def tidying(more: Callable[[], None]) -> Callable[[object], AbstractAsyncContextManager]:
    """A lifespan of an ASGI app in which what has expired is forgotten, now and then; ``more`` in its event loop."""
    Image.core.set_block_size(PICTURE_BLOCK)

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
    give_back()


def give_back() -> None:
    """Give the system what is freed and held back for the next request; takes some milliseconds."""
    with contextlib.suppress(OSError, AttributeError):
        glibc().malloc_trim(0)


@cache
def glibc() -> ctypes.CDLL:
    """The C library, where it is glibc, which keeps what is freed unless it is asked."""
    if sys.platform != "linux":
        raise OSError("no glibc here")
    return ctypes.CDLL("libc.so.6")
