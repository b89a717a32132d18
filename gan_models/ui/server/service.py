"""What a page needs to serve strangers: queues, counters, health, limits. Tabs know nothing of it.

:func:`put_in_service` gives the handlers of every tab a route and wraps every endpoint of a finished page once, so a
new tab is counted and bounded without a word about it.
"""

import functools
import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

import gradio as gr
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan_models import __version__
from gan_models.core.errors import AtelierError, Busy
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server import lifetime
from gan_models.ui.server.asking import ask_route
from gan_models.ui.server.faults import OUR_FAULT, report
from gan_models.ui.server.limits import MOST_UPLOAD, BodyLimit
from gan_models.ui.server.request_queue import SIZES, RequestQueue, Size
from gan_models.ui.server.static_files import static_route
from gan_models.ui.server.telemetry import Journal, Telemetry

if TYPE_CHECKING:
    from gan_models.ui.app import Page

ENDPOINTS = "endpoints"  # the line in which all of them wait
QUEUE = 64  # calls of endpoints that Gradio keeps waiting
KEEP_ALIVE_S = 75  # longer than a proxy or a browser holds on to a connection, or they meet a closed one now and then
KEEP_FILES_S = 120  # pictures that endpoints made or were sent


class Service(NamedTuple):
    """The queues by tab, and what ``Blocks.launch`` needs to know."""

    queues: dict[str, RequestQueue]
    telemetry: Telemetry
    launch_options: dict


def put_in_service(
    blocks: gr.Blocks, pool: ModelPool, handlers: Iterable[TabHandlers], journal: Callable[[dict], None] | None = None
) -> Service:
    """Routes for the tabs' handlers and wrapped endpoints; to be called once, before the page is launched."""
    queues: dict[str, RequestQueue] = {ENDPOINTS: RequestQueue(Size(waiting=QUEUE))}
    telemetry = Telemetry(
        journal,
        {
            "model_loaded": lambda: {name: float(not why) for name, why in pool.models().items()},
            "waiting": lambda: {name: float(queue.waiting) for name, queue in queues.items()},
        },
    )
    asked = {tab.name: tab for tab in handlers if tab.asks}
    queues |= {name: RequestQueue(SIZES.get(name, Size())) for name in asked}
    for endpoint in blocks.fns.values():
        if endpoint.fn is not None:
            name = f"/{endpoint.api_name or endpoint.name}"
            endpoint.fn = serve_endpoint(endpoint.fn, name, queues[ENDPOINTS], telemetry)
    blocks.queue(max_size=QUEUE, default_concurrency_limit=2)
    blocks.delete_cache = (60, KEEP_FILES_S)
    options = {
        "max_file_size": MOST_UPLOAD,
        "app_kwargs": {
            "routes": [ask_route(asked, queues, telemetry), *routes(pool, queues, telemetry)],
            "middleware": [Middleware(BodyLimit)],
        },
    }
    return Service(queues, telemetry, options)


def serve_endpoint(fn: Callable, name: str, queue: RequestQueue, telemetry: Telemetry) -> Callable:
    """An endpoint's function as a coroutine that waits in ``queue`` and is counted by its name."""

    @functools.wraps(fn)
    async def served(*inputs, **named):
        with telemetry.call(name) as call:

            def work():
                call.began = time.perf_counter()
                return fn(*inputs, **named)

            try:
                return await queue.run(work)
            except (AtelierError, gr.Error) as error:
                call.outcome = "busy" if isinstance(error, Busy) else "refused"
                words = str(error)
            except Exception as error:
                call.outcome, words = "failed", OUR_FAULT
                report(error)
        raise gr.Error(words, print_exception=False)

    served.__name__ = name.strip("/")  # the name of its tool, where it is offered by MCP
    return served


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
    """Build the page and serve it, see :func:`serve_page`."""
    if os.environ.get("SPACES_ZERO_GPU"):
        import gan_models.core.device  # noqa: F401  (its function for the lent GPU must be known before launch)
    from gan_models.ui.app import build_app

    journal = Journal() if log == "json" else None
    serve_page(build_app(device, weights), host, port, share, mcp, journal)


def serve_page(
    page: "Page", host: str | None = None, port: int | None = None, share: bool = False, mcp: bool = False,
    journal: Journal | None = None,
) -> None:  # fmt: skip
    """Serve a page until the program is told to end, by Ctrl-C or SIGTERM."""
    service = put_in_service(page.blocks, page.pool, page.handlers, journal)
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
