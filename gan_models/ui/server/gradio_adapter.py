"""Every private name of Gradio's that this program touches; ``tests/ui/test_gradio_adapter.py`` tries each of them.

Gradio is pinned to the minor version that passed there. What is done here to a page, once, before it is launched:
nothing is fetched from other addresses, a value that no endpoint can use is refused in words, whatever else breaks is
reported without values, and all waiting happens in our own queue, which knows who asks and who has left.
"""

import functools
import math
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import gradio as gr
from gradio.context import LocalContext
from gradio.exceptions import Error

from gan_models.ui.server.faults import OUR_FAULT, report

FETCHES_NOTHING = "Upload the picture itself; this server fetches nothing from other addresses."
MOST_SESSIONS = 200  # whose state Gradio keeps; 0.16 MB each, though nothing of ours is in it
LOOK_S = 0.02  # how often Gradio looks for calls; by itself a thousand times a second
PROGRESS_S = 0.1  # and for progress; by itself a hundred times
MOST_EVENTS = 64  # that Gradio keeps waiting; it starts all of them at once, and they wait in our queue
CLOSING_S = 2.0  # for answers that are under way when the process is told to end
UNHEARD_S = 10.0  # after which a call whose answer nobody has asked for counts as left
UNFETCHED_S = 120.0  # after which an answer that nobody has asked for is thrown away


def harden(blocks: gr.Blocks) -> None:
    """Make a finished page safe to serve; see above."""
    for block in blocks.blocks.values():
        block.async_move_resource_to_block_cache = only_files(block.async_move_resource_to_block_cache)
        if isinstance(block, gr.components.Component):
            block.preprocess = in_words(block, block.preprocess)
    blocks.validate_inputs = counted_in_words(blocks.validate_inputs)
    blocks.preprocess_data = refusing(blocks.preprocess_data, "Files must be uploaded first; see “Use via API”.")
    blocks.process_api = refusing(blocks.process_api, OUR_FAULT, told=report)
    blocks.queue(max_size=MOST_EVENTS, default_concurrency_limit=None)
    blocks._queue.compute_analytics_summary = lambda records: {}  # for /monitoring, by pandas, after every call
    blocks._queue.sleep_when_free, blocks._queue.progress_update_sleep_when_free = LOOK_S, PROGRESS_S


LAUNCH = {"state_session_capacity": MOST_SESSIONS, "enable_monitoring": False, "max_threads": 2 * MOST_EVENTS}


def only_files(move: Callable[[object], Awaitable[str | None]]) -> Callable[[object], Awaitable[str | None]]:
    """A component's way of taking a file in, without taking it from the web."""

    @functools.wraps(move)
    async def moved(path):
        if path is not None and "://" in str(path):
            raise gr.Error(FETCHES_NOTHING, print_exception=False)
        return await move(path)

    return moved


def in_words(block: gr.components.Component, preprocess: Callable) -> Callable:
    """A component's ``preprocess`` that says what is wrong with a value."""
    name = f"“{block.label}”" if getattr(block, "label", None) else "What was sent"

    @functools.wraps(preprocess)
    def preprocessed(payload, *more, **named):
        if isinstance(block, gr.Number):
            payload = number(payload, name)
        if isinstance(block, gr.Textbox) and not isinstance(payload, str):
            raise gr.Error(f"{name} must be a text.", print_exception=False)
        try:
            return preprocess(payload, *more, **named)
        except Error:
            raise
        except Exception:
            raise gr.Error(
                f"{name} cannot be used; see “Use via API” for what it takes.", print_exception=False
            ) from None

    return preprocessed


def number(payload: object, name: str) -> float:
    """A finite number that a caller of an endpoint sent; ``gr.Error`` for anything else."""
    try:
        value = float(payload)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if isinstance(payload, bool) or not math.isfinite(value):
        raise gr.Error(f"{name} must be a number.", print_exception=False)
    return payload if isinstance(payload, int | float) else value


def counted_in_words(validate: Callable) -> Callable:
    """``Blocks.validate_inputs`` that says how many values an endpoint takes."""

    @functools.wraps(validate)
    def validated(block_fn, inputs):
        names = [str(getattr(block, "label", "")) for block in block_fn.inputs]
        if len(inputs) != len(names):
            raise gr.Error(f"This endpoint takes {len(names)} values: {', '.join(names)}.", print_exception=False)
        return validate(block_fn, inputs)

    return validated


def refusing(step: Callable, words: str, told: Callable[[BaseException], None] = lambda error: None) -> Callable:
    """A step of Gradio's whose exceptions become an error with ``words``; its own words may quote a visitor's."""

    @functools.wraps(step)
    async def stepped(*inputs, **named):
        try:
            return await step(*inputs, **named)
        except Error:
            raise
        except Exception as error:
            told(error)
        raise gr.Error(words, print_exception=False)

    return stepped


# --- who asks -------------------------------------------------------------------------------------------------------


def who_asks() -> str:
    """The client of the endpoint that runs now, in the words of :mod:`gan_models.ui.server.request_queue`."""
    request = LocalContext.request.get(None)
    client = getattr(request, "client", None)
    return f"{client.host if client else ''} {getattr(request, 'session_hash', '') or ''}"


class Listeners:
    """Who is listening for answers: Gradio goes on working for those who never asked for theirs."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._idle: dict[str, float] = {}  # sessions whose answers nobody fetches, and since when

    @contextmanager
    def listening(self, key: str) -> Iterator[None]:
        """While somebody waits for the answers of a session or an event."""
        self._open[key] += 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

    def left(self, blocks: gr.Blocks) -> Callable[[], Awaitable[bool]] | None:
        """Whether whoever called the endpoint that runs now is gone; None where that cannot be known."""
        event_id = LocalContext.event_id.get(None)
        arrived = time.monotonic()
        if event_id is None or event_id not in blocks._queue.event_ids_to_events:
            return None

        async def left() -> bool:
            event = blocks._queue.event_ids_to_events.get(event_id)
            if event is None or not event.alive:
                return True
            heard = self._open[event.session_hash] or self._open[event_id]
            return not heard and time.monotonic() - arrived > UNHEARD_S

        return left

    def forget(self, blocks: gr.Blocks) -> None:
        """Throw away what Gradio keeps for those who never fetch it; in the event loop only."""
        queue, now = blocks._queue, time.monotonic()
        for session, events in list(queue.pending_event_ids_session.items()):
            if self._open[session] or any(event in queue.event_ids_to_events or self._open[event] for event in events):
                self._idle.pop(session, None)
            elif now - self._idle.setdefault(session, now) > UNFETCHED_S:
                queue.pending_event_ids_session.pop(session, None)
                queue.pending_messages_per_session.pop(session, None)
        for session in set(self._idle) - set(queue.pending_event_ids_session):
            del self._idle[session]
        queue.event_analytics.clear()


def lend_request(request) -> None:
    """Tell Gradio's context who asks: on a ZeroGPU Space the package ``spaces`` finds the visitor's token there."""
    LocalContext.request.set(request)


# --- what is there ---------------------------------------------------------------------------------------------------


def endpoints(blocks: gr.Blocks) -> tuple[set[int], set[str]]:
    """Numbers and names of all endpoints."""
    return set(blocks.fns), {str(fn.api_name) for fn in blocks.fns.values() if fn.api_name}


def wrap_endpoints(blocks: gr.Blocks, wrap: Callable[[Callable, str], Callable]) -> None:
    """Replace each endpoint's function by ``wrap(function, name)``."""
    for endpoint in blocks.fns.values():
        if endpoint.fn is not None:
            endpoint.fn = wrap(endpoint.fn, f"/{endpoint.api_name or endpoint.name}")


def keep_alive(blocks: gr.Blocks, seconds: int) -> None:
    """So many seconds a connection stays open while nothing is asked."""
    blocks.server.config.timeout_keep_alive = seconds


def close(blocks: gr.Blocks) -> None:
    """Stop serving: answers under way have a little time, then connections are cut."""
    blocks.server.config.timeout_graceful_shutdown = 1
    closing = threading.Thread(target=blocks.close, kwargs={"verbose": False}, daemon=True)
    closing.start()
    closing.join(CLOSING_S)
