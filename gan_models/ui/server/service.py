"""What a page needs to serve strangers: lines, counters, health, limits. Tabs know nothing of it.

:func:`put_in_service` wraps every server function and every endpoint of a finished page once, so a new tab is counted
and bounded without a word about it.
"""

import functools
import inspect
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import NamedTuple

import gradio as gr
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan_models import __version__
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server import lifetime
from gan_models.ui.server.limits import MOST_UPLOAD, BodyLimit
from gan_models.ui.server.request_queue import SIZES, Busy, RequestQueue, Size
from gan_models.ui.server.static_files import static_route
from gan_models.ui.server.telemetry import Journal, Telemetry

OOPS = "Something went wrong on the server that nobody foresaw. Try again; if it happens again, reload the page."
ENDPOINTS = "endpoints"  # the line in which all of them wait
QUEUE = 64  # calls of endpoints that Gradio keeps waiting
KEEP_ALIVE_S = 75  # longer than a proxy or a browser holds on to a connection, or they meet a closed one now and then
KEEP_FILES_S = 120  # pictures that endpoints made or were sent


class Service(NamedTuple):
    """The lines by tab, and what ``Blocks.launch`` needs to know."""

    queues: dict[str, RequestQueue]
    telemetry: Telemetry
    launch_options: dict


def put_in_service(blocks: gr.Blocks, pool: ModelPool, journal: Callable[[dict], None] | None = None) -> Service:
    """Wrap the functions of a finished page; to be called once, before it is launched."""
    queues: dict[str, RequestQueue] = {ENDPOINTS: RequestQueue(Size(waiting=QUEUE))}
    telemetry = Telemetry(
        journal,
        {
            "model_loaded": lambda: {name: float(not why) for name, why in pool.models().items()},
            "waiting": lambda: {name: float(queue.waiting) for name, queue in queues.items()},
        },
    )
    for block in blocks.blocks.values():
        served = getattr(block, "server_fns", [])
        for i, fn in enumerate(served):
            tab = block.elem_id or f"component-{block._id}"
            queue = queues.setdefault(tab, RequestQueue(SIZES.get(tab, Size())))
            served[i] = serve_page(fn, f"{tab}.{fn.__name__}", queue, telemetry)
            setattr(block, fn.__name__, served[i])
    for endpoint in blocks.fns.values():
        if endpoint.fn is not None:
            name = f"/{endpoint.api_name or endpoint.name}"
            endpoint.fn = serve_endpoint(endpoint.fn, name, queues[ENDPOINTS], telemetry)
    blocks.queue(max_size=QUEUE, default_concurrency_limit=2)
    blocks.delete_cache = (60, KEEP_FILES_S)
    options = {
        "max_file_size": MOST_UPLOAD,
        "app_kwargs": {"routes": routes(pool, queues, telemetry), "middleware": [Middleware(BodyLimit)]},
    }
    return Service(queues, telemetry, options)


def serve_page(fn: Callable, name: str, queue: RequestQueue, telemetry: Telemetry) -> Callable:
    """A server function as a coroutine that waits in ``line`` and is counted by its name and what it is asked.

    The page gets an ``error`` in plain words where the line is full, and where the function raises.
    """
    asks = known_asks(fn)

    @functools.wraps(fn)
    async def served(request):
        ask = request.get("ask") if isinstance(request, dict) else None
        with telemetry.call(f"{name}.{ask}" if isinstance(ask, str) and ask in asks else name) as call:

            def work():
                call.began = time.perf_counter()
                return fn(request)

            try:
                answer = await queue.run(work)
            except Busy as busy:
                call.outcome = "busy"
                return {"error": str(busy), "busy": busy.waiting}
            except Exception as error:
                call.outcome = "failed"
                report(error)
                return {"error": OOPS}
            if isinstance(answer, dict) and answer.get("error"):
                call.outcome = "refused"
            return answer

    served._is_server_fn = True
    return served


def serve_endpoint(fn: Callable, name: str, queue: RequestQueue, telemetry: Telemetry) -> Callable:
    """An endpoint's function as a coroutine that waits in ``line`` and is counted by its name."""

    @functools.wraps(fn)
    async def served(*inputs, **named):
        with telemetry.call(name) as call:

            def work():
                call.began = time.perf_counter()
                return fn(*inputs, **named)

            try:
                return await queue.run(work)
            except Busy as busy:
                call.outcome = "busy"
                refusal = gr.Error(str(busy), print_exception=False)
            except gr.Error as error:
                call.outcome = "refused"
                refusal = error
        raise refusal

    served.__name__ = name.strip("/")  # the name of its tool, where it is offered by MCP
    return served


def known_asks(fn: Callable) -> frozenset[str]:
    """What a server function may be asked: it closes over its tab, which has a table of that."""
    tabs = inspect.getclosurevars(fn).nonlocals.values()
    return frozenset().union(*(getattr(tab, "asks", ()) for tab in tabs))


def report(error: Exception) -> None:
    """Where it happened, on stderr. Not the error's own words, which may quote a visitor's."""
    places = "".join(traceback.format_tb(error.__traceback__))
    print(f"{places}{type(error).__name__}", file=sys.stderr, flush=True)


def routes(pool: ModelPool, queues: dict[str, RequestQueue], telemetry: Telemetry) -> list[Route]:
    """``/healthz`` and ``/metrics``, which need no thread and so answer while all are busy; and the page's files."""
    began = time.monotonic()

    async def healthz(request: Request) -> Response:
        models = pool.models()
        health = verdict(models, pool.warming)
        told = {name: {"state": "failed", "why": why} if why else {"state": "loaded"} for name, why in models.items()}
        body = {
            "status": health, "version": __version__, "seconds_up": round(time.monotonic() - began, 1), "models": told,
            "waiting": {name: queue.waiting for name, queue in queues.items()},
        }  # fmt: skip
        return JSONResponse(body, 503 if health == "down" else 200, {"Cache-Control": "no-store"})

    async def metrics(request: Request) -> Response:
        return Response(telemetry.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [Route("/healthz", healthz), Route("/metrics", metrics), static_route()]


def verdict(models: dict[str, str], warming: bool) -> str:
    """``starting``, ``ok``, ``degraded`` (some model failed), or ``down``: models were tried, and not one works."""
    if warming:
        return "starting"
    failed = [name for name, why in models.items() if why]
    return "ok" if not failed else "down" if len(failed) == len(models) else "degraded"


def serve(
    host: str, port: int, device: str = "auto", weights: str = "auto", share: bool = False, mcp: bool = False,
    log: str = "off",
) -> None:  # fmt: skip
    """Build the page and serve it until the program is told to end, by Ctrl-C or SIGTERM."""
    if os.environ.get("SPACES_ZERO_GPU"):
        import gan_models.core.device  # noqa: F401  (its function for the lent GPU must be known before launch)
    from gan_models.ui.app import build_app

    page, journal = build_app(device, weights), Journal() if log == "json" else None
    service = put_in_service(page.blocks, page.pool, journal)
    page.pool.warming = True
    page.blocks.launch(
        server_name=host, server_port=port, share=share, quiet=True, prevent_thread_lock=True, ssr_mode=False,
        mcp_server=mcp, **page.launch_options, **service.launch_options,
    )  # fmt: skip
    page.blocks.server.config.timeout_keep_alive = KEEP_ALIVE_S
    try:
        print(f"GAN Atelier is open at {page.blocks.local_url}", flush=True)
        if mcp:
            print(page.blocks.mcp_error or f"Its tools by MCP: {page.blocks.local_url}gradio_api/mcp/", flush=True)
        page.pool.warm_up(*page.exercises)
        while True:
            time.sleep(3600)
    finally:
        lifetime.close(page.blocks)
        if journal:
            journal.close()
