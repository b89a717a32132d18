"""What can be wrong with a cluster before the page opens, each said in one sentence."""

import re
import socket
from collections.abc import Callable

LOCAL = "ray"  # instead of an address: a cluster of this machine, started with the page and ended with it
ADDRESS = re.compile(r"ray://[^\s/]+:\d{1,5}")
REACH_S = 5.0  # until a cluster counts as not there
LOOK_S = 180.0  # until a machine has imported PyTorch and read its weights


def complain(engine: str) -> str | None:
    """What can be known to be wrong with ``--engine`` before anything is started, and what to do, or None."""
    if engine != LOCAL and not ADDRESS.fullmatch(engine):
        return f"--engine must be ray or ray://HOST:10001, not {engine}."
    try:
        import ray.serve  # noqa: F401
    except ImportError:
        return '--engine needs more packages: pip install "ray[serve]", or leave --engine out.'
    return nobody_there(engine)


def nobody_there(engine: str) -> str | None:
    """What to do where nothing listens at the address of a cluster, or None; Ray itself would try for minutes."""
    if engine == LOCAL:
        return None
    host, _, port = engine.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=REACH_S).close()
    except (OSError, OverflowError):
        return f"No Ray answers at {engine}; is its head running, and is this its client port?"
    return None


def why_not(error: Exception, address: str, version: str) -> str:
    """Why a cluster cannot be joined, in one sentence."""
    text = " ".join(str(error).split())
    if "ersion mismatch" in text:
        return f"The cluster at {address} has another version of Ray or Python than this page, which has Ray {version}."
    if isinstance(error, ConnectionAbortedError):
        return f"Ray at {address} does not take this page in; its logs say why. It may be too busy: try again."
    if isinstance(error, (ConnectionError, TimeoutError)):
        return f"No Ray answers at {address}; is its head running, and is this its client port?"
    if "uthentication" in text:
        return f"The cluster at {address} asks for its token; set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN."
    return f"Ray does not start ({type(error).__name__}: {text[:200]})."


def check_nodes(version: str, embedded: bool) -> str:
    """What is wrong with the first machine of the cluster that cannot compute, in a sentence; nothing if all can."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    look, asked = ray.remote(num_cpus=0)(missing_parts(version, embedded)), {}
    for node in ray.nodes():
        if node["Alive"]:
            where = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            asked[node["NodeManagerAddress"]] = look.options(scheduling_strategy=where, max_retries=0).remote()
    for name, lacks in asked.items():
        try:
            words = ray.get(lacks, timeout=LOOK_S)
        except Exception as error:
            words = f"does not answer ({type(error).__name__}); see Ray's logs there"
        if words:
            return f"The machine {name} of the cluster {words}"
    return ""


def missing_parts(version: str, embedded: bool) -> Callable[[], str]:
    """A function that says what the machine on which it is called lacks to be a worker, as the end of a sentence.

    It travels as a value: that machine may lack this file as well.
    """

    def look() -> str:
        try:
            import gan_models
        except ImportError:
            return "lacks this program; name its folder in PYTHONPATH there."
        if gan_models.__version__ != version:
            return f"has version {gan_models.__version__} of this program and the page {version}; bring them together."
        try:
            from gan_models.core.store import CheckpointError, embedded_file
            from gan_models.registry import CHECKPOINTS
        except ImportError as error:
            return f"lacks packages of this program ({error.name}); install requirements.txt there."
        try:
            for entry in CHECKPOINTS.values() if embedded else ():
                if entry.embedded:
                    embedded_file(entry)
        except CheckpointError as error:
            return f"lacks weights: {error}"
        return ""

    return look
