"""``/healthz`` and ``/metrics``. Neither needs a thread, so both answer while all of them are busy."""

import sys
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan_models import __version__
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server.request_queue import RequestQueue
from gan_models.ui.server.telemetry import Telemetry


def health_routes(pool: ModelPool, queues: dict[str, RequestQueue], telemetry: Telemetry) -> list[Route]:
    """The two routes."""
    began = time.monotonic()

    def own() -> dict:
        models = pool.models()
        health = verdict(models, pool.warming, playable="torch" in sys.modules)
        told = {name: {"state": "failed", "why": why} if why else {"state": "loaded"} for name, why in models.items()}
        return {
            "status": health, "version": __version__, "seconds_up": round(time.monotonic() - began, 1), "models": told,
            "waiting": {name: queue.waiting for name, queue in queues.items()},
        }  # fmt: skip

    async def healthz(request: Request) -> Response:
        body = pool.health(own())
        return JSONResponse(body, 503 if body["status"] == "down" else 200, {"Cache-Control": "no-store"})

    async def metrics(request: Request) -> Response:
        return Response(pool.metrics(telemetry.text()), media_type="text/plain; version=0.0.4; charset=utf-8")

    pool.speak(own, telemetry.text)
    return [Route("/healthz", healthz), Route("/metrics", metrics)]


def verdict(models: dict[str, str], warming: bool, playable: bool = True) -> str:
    """``starting``, ``ok``, ``degraded`` (something failed), or ``down``: there is nothing to play with.

    Args:
        models: why each that was asked for could not be loaded; an empty text for those that were.
        playable: whether PyTorch is there; then points learn, without any model.
    """
    if warming:
        return "starting"
    failed = [name for name, why in models.items() if why]
    return "ok" if not failed else "degraded" if playable or len(failed) < len(models) else "down"
