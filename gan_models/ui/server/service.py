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

from gan_models.core.errors import AtelierError, Busy
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server import gradio_adapter, memory
from gan_models.ui.server.asking import ask_route
from gan_models.ui.server.faults import OUR_FAULT, quiet_logs, report, reported
from gan_models.ui.server.guard import LOCAL, Guard, Rules, rules_for
from gan_models.ui.server.health import health_routes
from gan_models.ui.server.limits import MOST_UPLOAD, BodyLimit
from gan_models.ui.server.request_queue import ClientLeft, RequestQueue, Size
from gan_models.ui.server.static_files import static_route
from gan_models.ui.server.telemetry import Journal, Telemetry
from gan_models.ui.server.uploads import Upload

if TYPE_CHECKING:
    from gan_models.ui.app import Page

ENDPOINTS = "endpoints"  # the line in which all of them wait
KEEP_ALIVE_S = 75  # longer than a proxy or a browser holds on to a connection, or they meet a closed one now and then
KEEP_FILES_S = 120  # pictures that endpoints made or were sent


class Service(NamedTuple):
    """The queues by tab, and what ``Blocks.launch`` needs to know."""

    queues: dict[str, RequestQueue]
    telemetry: Telemetry
    launch_options: dict


def put_in_service(
    blocks: gr.Blocks, pool: ModelPool, handlers: Iterable[TabHandlers],
    journal: Callable[[dict], None] | None = None, rules: Rules = LOCAL,
) -> Service:  # fmt: skip
    """Routes for the tabs' handlers and wrapped endpoints; to be called once, before the page is launched."""
    queues: dict[str, RequestQueue] = {ENDPOINTS: RequestQueue(pool.sized(ENDPOINTS, Size()))}
    telemetry = Telemetry(
        journal,
        {
            "model_loaded": lambda: {name: float(not why) for name, why in pool.models().items()},
            "waiting": lambda: {name: float(queue.waiting) for name, queue in queues.items()},
            "faults": reported,
        },
    )
    asked = {tab.name: tab for tab in handlers if tab.asks}
    queues |= {name: RequestQueue(pool.sized(name, tab.queue)) for name, tab in asked.items()}
    listeners = gradio_adapter.Listeners()

    def serve_one(fn: Callable, name: str) -> Callable:
        return serve_endpoint(fn, name, queues[ENDPOINTS], telemetry, lambda: listeners.left(blocks))

    gradio_adapter.wrap_endpoints(blocks, serve_one)
    gradio_adapter.harden(blocks)
    blocks.delete_cache = (60, KEEP_FILES_S)
    options = gradio_adapter.LAUNCH | {
        "max_file_size": MOST_UPLOAD,
        "app_kwargs": {
            "routes": [
                ask_route(asked, queues, telemetry), *health_routes(pool, queues, telemetry), static_route(),
            ],
            "middleware": [
                Middleware(Guard, rules=rules, listeners=listeners),
                Middleware(BodyLimit, known=lambda: gradio_adapter.endpoints(blocks)),
            ],
            "lifespan": memory.tidying(lambda: listeners.forget(blocks)),
        },
    }  # fmt: skip
    return Service(queues, telemetry, options)


def serve_endpoint(
    fn: Callable,
    name: str,
    queue: RequestQueue,
    telemetry: Telemetry,
    leaving: Callable[[], Callable | None] = lambda: None,
) -> Callable:
    """An endpoint's function as a coroutine that waits in ``queue`` and is counted by its name.

    ``leaving()`` gives what the queue asks whether the caller that is served now has left.
    """

    @functools.wraps(fn)
    async def served(*inputs, **named):
        with telemetry.call(name) as call:

            def work():
                call.began = time.perf_counter()
                opened = (value.open() if isinstance(value, Upload) else value for value in inputs)
                return fn(*opened, **named)

            try:
                return await queue.run(work, client=gradio_adapter.who_asks(), left=leaving())
            except ClientLeft:
                call.outcome, words = "left", "Nobody waited for this any more."
            except (AtelierError, gr.Error) as error:
                call.outcome = "busy" if isinstance(error, Busy) else "refused"
                words = str(error)
            except Exception as error:
                call.outcome, words = "failed", OUR_FAULT
                report(error)
        raise gr.Error(words, print_exception=False)

    served.__name__ = name.strip("/")  # the name of its tool, where it is offered by MCP
    return served


def serve(
    host: str, port: int, device: str = "auto", weights: str = "auto", share: bool = False, mcp: bool = False,
    log: str = "off", allow_host: Iterable[str] = (), proxy: Iterable[str] = (), public_metrics: bool = False,
    engine: str | None = None,
) -> None:  # fmt: skip
    """Build the page and serve it, see :func:`serve_page`. Raises CannotStart."""
    if os.environ.get("SPACES_ZERO_GPU"):
        import gan_models.core.device  # noqa: F401  (its function for the lent GPU must be known before launch)
    from gan_models.ui.app import build_app

    journal = Journal() if log == "json" else None
    rules = rules_for(host, tuple(allow_host), tuple(proxy), public_metrics, share)
    pool = None
    if engine:
        from gan_models.ui.engine.pool import join

        pool = join(engine, device, weights)
    serve_page(build_app(device, weights, pool), host, port, share, mcp, journal, rules)


def serve_page(
    page: "Page", host: str | None = None, port: int | None = None, share: bool = False, mcp: bool = False,
    journal: Journal | None = None, rules: Rules = LOCAL,
) -> None:  # fmt: skip
    """Serve a page until the program is told to end, by Ctrl-C or SIGTERM."""
    os.environ["FORWARDED_ALLOW_IPS"] = ""  # uvicorn believes this machine's proxies; here it is the guard who does
    service = put_in_service(page.blocks, page.pool, page.handlers, journal, rules)
    page.pool.warming = True
    page.blocks.launch(
        server_name=host, server_port=port, share=share, quiet=True, prevent_thread_lock=True, ssr_mode=False,
        mcp_server=mcp, **page.launch_options, **service.launch_options,
    )  # fmt: skip
    gradio_adapter.keep_alive(page.blocks, KEEP_ALIVE_S)
    quiet_logs()
    try:
        print(f"GAN Atelier is open at {page.blocks.local_url}", flush=True)
        if mcp:
            print(page.blocks.mcp_error or f"Its tools by MCP: {page.blocks.local_url}gradio_api/mcp/", flush=True)
        page.pool.warm_up(*(tab.exercise for tab in page.handlers))
        while True:
            time.sleep(3600)
    finally:
        gradio_adapter.close(page.blocks)
        page.pool.close()
        if journal:
            journal.close()
