"""A page's line to its cluster: connected before the page opens, mended when it breaks, each call retried once."""

import contextlib
import logging
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator

from gan_models import __version__
from gan_models.core.errors import ModelUnavailable
from gan_models.ui.engine.joining import LOCAL, check_nodes, nobody_there, why_not
from gan_models.ui.engine.pages import Board, Said
from gan_models.ui.engine.replica import Answer, Gateway, Lost
from gan_models.ui.engine.settings import EngineUnavailable, Settings
from gan_models.ui.server.faults import report

# Read when Ray is imported. A line that broke is mended here, after five seconds; left to itself, Ray would at the next
# call join or start some other cluster of this machine.
os.environ.setdefault("RAY_CLIENT_RECONNECT_GRACE_PERIOD", "5")
os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")

NAMESPACE = "gan-atelier"
ANSWER_S = 60.0  # no call takes longer
OPEN_S = 180.0  # until a model's first replica is there, its weights loaded
TRIES = 3
SILENT = 3  # how many times in a row the cluster may be too busy to answer
MEND_S = 30.0  # how long a call waits for a line that broke
LOOK_S = 5.0  # how often the line is tried
THREADS = 64  # of a gateway: calls of one page that are under way at once
LOST = "A machine was lost over this. Try again in half a minute."
NO_ROOM = "No machine has room for “{}” at present; try again later."


@contextlib.contextmanager
def our_sigterm() -> Iterator[None]:
    """SIGTERM ends the page as it did before; Ray takes the signal for itself."""
    ours = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, ours)


class Engine:
    """The cluster, as the page sees it.

    Args:
        address: :data:`LOCAL`, or that of Ray's client port: ``ray://HOST:10001``.
        settings: what computes where.
    """

    def __init__(self, address: str, settings: Settings):
        self.address, self.settings = address, settings
        self.name = secrets.token_hex(4)  # of this page, among all of the cluster
        self.say: Callable[[], Said] | None = None
        self.pages: dict[str, Said] = {}  # what all pages said a few seconds ago
        self.cluster: dict = {}  # machines, and the state of each model
        self._gateway: object = None
        self._opened: dict[str, tuple] = {}
        self._lock, self._generation, self._closed = threading.Lock(), 0, threading.Event()

    # --- the line ---------------------------------------------------------------------------------------------------

    def connect(self, embedded: bool = True) -> None:
        """Join the cluster, and see that every machine in it can compute; ``embedded``: with the weights that ship.

        Raises:
            EngineUnavailable: there is no cluster, of another version, or a machine lacks something.
        """
        import ray

        logging.getLogger("ray").setLevel(logging.ERROR)
        try:
            self._join()
        except Exception as error:
            self.close()
            raise EngineUnavailable(why_not(error, self.address, ray.__version__)) from error
        missing = check_nodes(__version__, embedded)
        if missing:
            self.close()
            raise EngineUnavailable(missing)
        self._open_gateway()
        threading.Thread(target=self._watch, name="engine", daemon=True).start()

    def _join(self) -> None:
        common = {"namespace": NAMESPACE, "log_to_driver": False, "logging_level": logging.ERROR}
        address = self.address
        if address == LOCAL:
            ours = self.settings.local
            sizes = {"num_cpus": ours.cpus, "object_store_memory": ours.object_store_mb * 2**20}
            address, common = "local", common | {"include_dashboard": False} | sizes
        with our_sigterm():
            self._init(address, common)

    def _init(self, address: str, common: dict) -> None:
        import ray

        for patience in range(TRIES, 0, -1):  # Ray gives its processes 30 s, too little on a busy machine
            try:
                ray.init(address, **common)
                return
            except Exception as error:
                ray.shutdown()
                slow = "timed out" in str(error) or isinstance(error, ConnectionAbortedError)
                if patience == 1 or not slow:
                    raise

    def _open_gateway(self) -> None:
        """A gateway that knows all models that were opened so far."""
        import ray

        gateway = ray.remote(Gateway).options(num_cpus=0, max_concurrency=THREADS).remote()
        ray.get(gateway.version.remote(), timeout=OPEN_S)
        ray.get([gateway.open.remote(*model) for model in self._opened.values()], timeout=OPEN_S)
        self._gateway = gateway
        self._generation += 1

    def _watch(self) -> None:
        """Exchange news with the other pages, and mend the line though nobody asks for anything."""
        from ray.exceptions import GetTimeoutError

        slow = 0
        while not self._closed.wait(LOOK_S):
            seen = self._generation
            try:
                self.exchange()
                slow = 0
            except Exception as error:
                slow += 1
                if isinstance(error, GetTimeoutError) and slow < SILENT:
                    continue  # busy is not broken
                with contextlib.suppress(ModelUnavailable):
                    self._mend(seen)

    def _mend(self, seen: int) -> None:
        """Come back with a gateway that answers, unless somebody else has mended what was ``seen`` broken.

        Raises:
            ModelUnavailable: there was none within :data:`MEND_S` seconds.
        """
        import ray

        latest = time.monotonic() + MEND_S
        if not self._lock.acquire(timeout=MEND_S):
            raise ModelUnavailable(LOST)
        try:
            while self._generation == seen and not self._closed.is_set():
                try:
                    if self.address != LOCAL and not _alive():
                        ray.shutdown()
                        if nobody_there(self.address):  # Ray would try for a minute, and call after call with it
                            raise ConnectionError
                        self._join()
                    self._open_gateway()
                except Exception as error:
                    if time.monotonic() > latest:
                        report(error)
                        raise ModelUnavailable(LOST) from error
                    time.sleep(1)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        import ray

        self._closed.set()
        with contextlib.suppress(Exception):
            ray.shutdown()

    # --- calls ------------------------------------------------------------------------------------------------------

    def open(self, model: str, load: Callable, device: str, weights: str) -> None:
        """Have a model deployed. Waits until it can be asked.

        Raises:
            ModelUnavailable: no machine has room for it.
        """
        from ray.exceptions import GetTimeoutError

        task = (model, load, device, weights, self.settings.of(model).model_dump())
        try:
            self._twice(lambda gateway: gateway.open.remote(*task), OPEN_S)
        except GetTimeoutError as error:
            raise ModelUnavailable(NO_ROOM.format(model)) from error
        self._opened[model] = task

    def call(self, model: str, name: str, arguments: tuple | None = None, named: dict | None = None) -> Answer:
        """Call a method of a model's pipeline, or read an attribute where there are no arguments.

        What pipelines answer depends on nothing but what they are asked, so a call over which a machine is lost is made
        once more.

        Raises:
            AtelierError: as the pipeline, or ModelUnavailable: lost twice.
        """
        answer = self._twice(lambda gateway: gateway.ask.remote(model, name, arguments, named, ANSWER_S), 2 * ANSWER_S)
        if isinstance(answer, Lost):
            raise ModelUnavailable(LOST)
        if answer.error:
            raise answer.error
        return answer

    def _twice(self, ask: Callable, patience_s: float) -> object:
        import ray
        from ray.exceptions import GetTimeoutError, RayTaskError

        answer: object = Lost()
        for _ in range(2):
            seen = self._generation
            try:
                answer = ray.get(ask(self._gateway), timeout=patience_s)
            except (RayTaskError, GetTimeoutError):
                raise
            except Exception:  # Ray has many names for a line that broke
                self._mend(seen)
                continue
            if not isinstance(answer, Lost):
                break
        return answer

    def exchange(self) -> None:
        """Say how this page is, and hear how the others and the cluster are."""
        import ray

        if self.say:
            board = (
                ray.remote(Board).options(name="pages", get_if_exists=True, lifetime="detached", num_cpus=0).remote()
            )
            self.pages = ray.get(board.post.remote(self.name, self.say()), timeout=2 * LOOK_S)
        models = ray.get(self._gateway.applications.remote(), timeout=2 * LOOK_S)
        self.cluster = {"machines": sum(node["Alive"] for node in ray.nodes()), "models": models}


def _alive() -> bool:
    """Whether the line to the cluster itself still holds."""
    import ray

    try:
        return ray.is_initialized() and bool(ray.nodes())
    except Exception:
        return False
