"""How a tab answers its page: a table of questions with their models, and one way to say that something is wrong."""

import inspect
import time
from typing import ClassVar

from gan_models.core.errors import AtelierError, BadRequest, Busy, SessionExpired
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.requests import STRANGE, Request, files_of, read
from gan_models.ui.server.request_queue import Size


class TabHandlers:
    """Answers a tab's requests. They come from browsers, so nothing in them is taken on trust.

    A method that takes nothing but ``request``, annotated with a :class:`~gan_models.ui.requests.Request` that has a
    word, answers what is asked by that word::

        class Save(Request, ask="save"):
            seed: Seed = 0

        class FaceHandlers(TabHandlers):
            name = "faces"

            def save(self, request: Save) -> dict: ...

    An answer is what JSON can hold, its values also a :class:`~gan_models.core.pictures.LargeUrl`. ``MS`` in its
    ``facts`` becomes the milliseconds that it took, loading :attr:`needs` left out.
    """

    name: ClassVar[str] = ""  # of the tab, in addresses and in counters
    queue: ClassVar[Size] = Size()  # how many it computes for at once, and how many may wait
    examples: ClassVar[tuple[dict, ...]] = ()  # what pages ask; "?" is the key or id that the first answer brought
    needs: ClassVar[str] = ""  # a model that every answer needs and whose facts stand below every answer
    asks: ClassVar[dict[str, tuple[type[Request], str]]] = {}  # word -> model and method, filled in by itself

    def __init_subclass__(cls, **more) -> None:
        super().__init_subclass__(**more)
        cls.asks = dict(cls.asks)
        for method, function in vars(cls).items():
            parameters = inspect.signature(function).parameters if inspect.isfunction(function) else {}
            model = parameters["request"].annotation if list(parameters) == ["self", "request"] else None
            if isinstance(model, type) and issubclass(model, Request) and model.ask:
                if model.ask in cls.asks and cls.asks[model.ask][1] != method:
                    raise TypeError(f"two methods of {cls.__name__} answer {model.ask!r}")
                cls.asks[model.ask] = model, method

    def __init__(self, pool: ModelPool):
        self.pool = pool

    @property
    def pipeline(self):
        """The pipeline of the model that this tab :attr:`needs`."""
        return self.pool.get(self.needs)

    def answer(self, request: object, files: dict[str, bytes] | None = None, visitor: str = "") -> dict:
        """One answer, or ``error`` in plain words with what the page must know of it, see :func:`refusal`.

        Args:
            request: its ``ask`` says what is wanted; the rest is up to the model of that word.
            files: what came along, by the name of the field that wants it.
            visitor: who asks; see :class:`~gan_models.ui.requests.Request`.

        Raises:
            Exception: anything that is not of our own tree of errors is a fault of this program.
        """
        try:
            ask = request.get("ask") if isinstance(request, dict) else None
            if not isinstance(ask, str) or ask not in self.asks:
                raise BadRequest(STRANGE)
            model, method = self.asks[ask]
            asked = read(model, request | (files or {}) | {"visitor": visitor})
            needed = self.pipeline if self.needs else None
            started = time.perf_counter()
            answer = getattr(self, method)(asked)
        except AtelierError as error:
            return refusal(error)
        if needed:
            answer = answer | {"facts": facts(needed)}
        if "facts" in answer:
            took = (time.perf_counter() - started) * 1000
            answer = answer | {"facts": answer["facts"].replace("MS", f"{took:.0f} ms", 1)}
        return answer

    def exercise(self) -> None:
        """Load everything and run it once, so that no visitor pays for first calls: all examples that need no file."""
        key = ""
        for example in self.examples:
            if not files_of(self.asks[example["ask"]][0]):
                answer = self.answer(with_key(example, key))
                key = key or answer.get("key", "")


def with_key(example: dict, key: str) -> dict:
    """One of a tab's examples, about what lies under a key."""
    return {name: key if value == "?" else value for name, value in example.items()}


def refusal(error: AtelierError) -> dict:
    """What a page is told: ``error``; ``expired`` if it must bring something again; how many are ``busy`` before it."""
    more = {"expired": True} if isinstance(error, SessionExpired) else {}
    more |= {"busy": error.waiting} if isinstance(error, Busy) else {}
    return {"error": str(error.args[0])} | more


def facts(pipeline, started: float | None = None) -> str:
    """The quiet line under a result: where it was computed, how long it took, whose weights.

    Without ``started``, a time of :func:`time.perf_counter`, :class:`TabHandlers` puts its own time in.
    """
    took = "MS" if started is None else f"{(time.perf_counter() - started) * 1000:.0f} ms"
    return f"{pipeline.device.type} · {took} · {pipeline.located.origin} weights"
