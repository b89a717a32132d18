"""What the answering sides of the tabs share: one table of questions, one way to say that something is wrong."""

import time
from collections.abc import Callable

from gan_models.ui.model_pool import ModelPool


class SessionExpired(LookupError):
    """The server no longer holds what the page refers to; the page brings it again by itself. The text says what."""


class TabHandlers:
    """Answers a tab's requests. They are JSON from a browser, so nothing in them is taken on trust.

    A tab fills :attr:`asks`, from the word in a request's ``ask`` to the function that answers it. ``MS`` in an
    answer's ``facts`` becomes the milliseconds that it took, loading the networks left out.
    """

    needs: str | None = None  # a model that every answer needs; its pipeline is then each function's first argument
    told: tuple[type[Exception], ...] = (SessionExpired, ValueError, RuntimeError)  # their texts say what to do next

    def __init__(self, pool: ModelPool):
        self.pool = pool
        self.asks: dict[str, Callable[..., dict]] = {}

    def answer(self, request: object) -> dict:
        """One answer, or ``error`` in plain words; with ``gone`` where the page must first bring something again."""
        ask = request.get("ask") if isinstance(request, dict) else None
        if not isinstance(ask, str) or ask not in self.asks:
            return {"error": "This page and its server do not understand each other. Reload the page."}
        try:
            given = (self.pool.get(self.needs),) if self.needs else ()
            started = time.perf_counter()
            answer = self.asks[ask](*given, request)
        except self.told as error:
            return {"error": str(error.args[0] if error.args else error)} | (
                {"gone": True} if self.expired(error) else {}
            )
        if given:
            answer = answer | {"facts": facts(given[0])}
        if "facts" in answer:
            took = (time.perf_counter() - started) * 1000
            answer["facts"] = answer["facts"].replace("MS", f"{took:.0f} ms", 1)
        return answer

    def exercise(self) -> None:
        """Load everything and run it once, so that no visitor pays for first calls; here there is nothing to load."""

    def expired(self, error: Exception) -> bool:
        """Whether the page must first bring something again."""
        return isinstance(error, SessionExpired)


def facts(pipeline, started: float | None = None) -> str:
    """The quiet line under a result: where it was computed, how long it took, whose weights.

    Without ``started``, a time of :func:`time.perf_counter`, :class:`TabHandlers` puts its own time in.
    """
    took = "MS" if started is None else f"{(time.perf_counter() - started) * 1000:.0f} ms"
    return f"{pipeline.device.type} · {took} · {pipeline.located.origin} weights"


def whole(value: object, other: int) -> int:
    """A seed: any finite number's whole part, folded into 0 to 2,147,483,647; ``other`` for anything else."""
    try:
        return int(float(value)) % 2**31  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return other
