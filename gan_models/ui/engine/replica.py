"""What runs in the cluster: a pipeline behind a deployment of Ray Serve, and the gateway by which a page asks it.

A page asks one actor of its own, the gateway, and that one asks the deployments: routed from a page that reaches the
cluster through Ray's client port, each call would take several round trips.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from gan_models import __version__
from gan_models.core.errors import AtelierError, ModelUnavailable

PREFIX = "gan-atelier."  # of the names of our applications
SLOW = "This took too long; many ask at the moment. Try again."


@dataclass(frozen=True)
class Answer:
    """What a pipeline gave: a value, or an error whose words are for the visitor. ``method``: it is to be called."""

    value: object = None
    error: AtelierError | None = None
    method: bool = False


@dataclass(frozen=True)
class Lost:
    """The replica died over a call, or could not be reached."""


class PipelineReplica:
    """One pipeline in a process of its own.

    Weights that are missing are looked for again at the next call.

    Args:
        load: what opens a pipeline; as :func:`gan_models.load`.
        name, device, weights: what it is given.
    """

    def __init__(self, load: Callable[[str, str, str], object], name: str, device: str, weights: str):
        self._load, self._pipeline, self._lock = lambda: load(name, device, weights), None, threading.Lock()
        self.ask("__doc__")

    @property
    def pipeline(self):
        """The pipeline, loaded."""
        with self._lock:
            if self._pipeline is None:
                self._pipeline = self._load()
            return self._pipeline

    def ask(self, name: str, arguments: tuple | None = None, named: dict | None = None) -> Answer:
        """Call a method of the pipeline, or read an attribute where there are no arguments."""
        try:
            found = getattr(self.pipeline, name)
            if arguments is None:
                return Answer(method=True) if callable(found) else Answer(found)
            return Answer(found(*arguments, **(named or {})))
        except AtelierError as error:
            return Answer(error=error.with_traceback(None))


def load_pipeline(name: str, device: str, weights: str):
    """A model's pipeline as a page without an engine loads it: on the CPU where a GPU is full."""
    from gan_models.ui.model_pool import ModelPool

    return ModelPool(device, weights).get(name)


def deployed(load: Callable, name: str, device: str, weights: str, scale: dict):
    """A model as an application of Ray Serve; ``scale`` as in the settings."""
    from ray import serve

    options = {
        "name": name,
        "ray_actor_options": {"num_cpus": scale["cpus"], "num_gpus": scale["gpus"]},
        "max_ongoing_requests": scale["ongoing"],
        "autoscaling_config": {
            "min_replicas": scale["least"], "max_replicas": scale["most"], "target_ongoing_requests": scale["ongoing"],
        },
        "health_check_period_s": 5, "health_check_timeout_s": 10, "graceful_shutdown_timeout_s": 5,
        "logging_config": {"log_level": "ERROR", "enable_access_log": False},
    }  # fmt: skip
    return serve.deployment(PipelineReplica).options(**options).bind(load, name, device, weights)


def application(args: dict):
    """The same for a file of Ray Serve's: ``import_path: gan_models.ui.engine.replica:application``.

    ``args``: ``model``; and ``device`` and ``weights`` where they are not ``auto``. Pages that join such a cluster find
    the application by its name, ``gan-atelier.MODEL``.
    """
    from gan_models.ui.engine.settings import read_settings

    model = args["model"]
    scale = read_settings().of(model).model_dump()
    return deployed(load_pipeline, model, args.get("device", "auto"), args.get("weights", "auto"), scale)


def start_serve() -> None:
    """Have Ray Serve run in the cluster; of two that start it at once one is refused, and looks again."""
    from ray import serve
    from ray.exceptions import ActorAlreadyExistsError

    for patience in range(10, 0, -1):
        try:
            serve.start(proxy_location="Disabled")
            return
        except ActorAlreadyExistsError:
            if patience == 1:
                raise
            time.sleep(1)


class Gateway:
    """A page's own actor in the cluster. Its methods run in threads, so calls of many visitors wait side by side."""

    def __init__(self):
        self._handles: dict[str, object] = {}
        self._opening = threading.Lock()

    def version(self) -> str:
        """The version of this program in the cluster."""
        return __version__

    def open(self, name: str, load: Callable, device: str, weights: str, scale: dict) -> None:
        """Have a model deployed, unless another page has done so; ``scale`` as in the settings. Waits until it is."""
        from ray import serve

        with self._opening:  # Ray Serve builds one application at a time
            start_serve()
            place = PREFIX + name
            known = serve.status().applications.get(place)
            if known is None or known.status in ("DEPLOY_FAILED", "NOT_STARTED", "DELETING"):
                serve.run(deployed(load, name, device, weights, scale), name=place, route_prefix=None)
            self._handles[name] = serve.get_app_handle(place)

    def _handle(self, model: str):
        from ray import serve

        if model not in self._handles:  # deployed through another gateway, of this page or another one's
            self._handles[model] = serve.get_app_handle(PREFIX + model)
        return self._handles[model]

    def ask(self, model: str, name: str, arguments: tuple | None, named: dict | None, patience_s: float):
        """One call of a model's: its :class:`Answer`, or :class:`Lost`. Anything else that it raises is raised here."""
        from ray.exceptions import RayActorError, WorkerCrashedError
        from ray.serve.exceptions import DeploymentUnavailableError

        try:
            return self._handle(model).ask.remote(name, arguments, named).result(timeout_s=patience_s)
        except TimeoutError:
            return Answer(error=ModelUnavailable(SLOW))
        except (RayActorError, WorkerCrashedError, DeploymentUnavailableError):
            return Lost()

    def applications(self) -> dict[str, str]:
        """Status of each of our applications: RUNNING, DEPLOYING, UNHEALTHY ..."""
        from ray import serve

        found = serve.status().applications
        return {
            name.removeprefix(PREFIX): str(app.status.value) for name, app in found.items() if name.startswith(PREFIX)
        }
