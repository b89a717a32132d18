"""The pool of a page with an engine: it hands out handles in the place of pipelines."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from gan_models.core.errors import ModelUnavailable
from gan_models.ui.engine.cluster import Engine
from gan_models.ui.engine.pages import Said, health_of_all, together
from gan_models.ui.engine.replica import Answer, load_pipeline
from gan_models.ui.engine.settings import read_settings
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server.request_queue import Size

PATIENCE_S = 20  # for a call of the warm-up, when the page ends


def join(address: str, device: str, weights: str) -> "EnginePool":
    """The pool of a page that joins a cluster; see :class:`Engine`. Raises EngineUnavailable."""
    engine = Engine(address, read_settings())
    engine.connect(embedded=weights != "hub")
    return EnginePool(device, weights, engine)


class EnginePool(ModelPool):
    """A :class:`ModelPool` whose pipelines are deployments, but for those that the settings keep in the page.

    Args:
        device, weights: as in :func:`gan_models.load`.
        engine: connected.
    """

    def __init__(self, device: str, weights: str, engine: Engine):
        super().__init__(device, weights)
        self.engine = engine

    def _load(self, name: str):
        if self.engine.settings.of(name).local:
            return super()._load(name)
        from ray.exceptions import RayTaskError

        try:
            self.engine.open(name, load_pipeline, self.device, self.weights)
        except RayTaskError as error:
            raise ModelUnavailable(f"“{name}” does not start in the cluster; see the log of its deployment.") from error
        return RemotePipeline(self.engine, name)

    def trainer(self):
        """Actors in the cluster, one a run."""
        from gan_models.ui.engine.training import Trainers

        return Trainers(self.engine.settings.training)

    def sized(self, line: str, size: Size) -> Size:
        """How much of a tab may be under way at once: more, where it is computed elsewhere."""
        return replace(size, places=self.engine.settings.places.get(line, size.places))

    def speak(self, health: Callable[[], dict], metrics: Callable[[], bytes]) -> None:
        """Tell the other pages of the cluster from now on how this one is."""
        self.engine.say = lambda: Said(health(), metrics())

    def health(self, own: dict) -> dict:
        """This page's health, with that of all pages and of the cluster, as of a few seconds ago."""
        return health_of_all(own, self.engine.pages, self.engine.cluster)

    def metrics(self, own: bytes) -> bytes:
        """The metrics of all pages, each sample with its page's name."""
        others = {name: said.metrics for name, said in self.engine.pages.items()}
        return together(others | {self.engine.name: own})

    def close(self) -> None:
        """Leave the cluster, once the warm-up's last call has come back: Ray would end the process in its midst."""
        super().close()
        if self._warmer:
            self._warmer.join(PATIENCE_S)
        self.engine.close()


class RemotePipeline:
    """A pipeline somewhere in the cluster, asked by the same names as if it were here.

    Numbers, PIL images and tensors on the CPU travel. What it does not change, such as ``device``, is asked for once.
    """

    def __init__(self, engine: Engine, model: str):
        self._engine, self._model = engine, model
        self._known: dict[str, Answer] = {}

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._known:
            self._known[name] = self._engine.call(self._model, name)
        known = self._known[name]
        return partial(self._ask, name) if known.method else known.value

    def _ask(self, name: str, *arguments: object, **named: object) -> object:
        return self._engine.call(self._model, name, arguments, named).value
