"""A tab with quick, slow and broken functions and no models, served as ours are."""

import threading
from types import SimpleNamespace

import gradio as gr
import pytest
from conftest import free_port

from gan_models.core.errors import BadRequest
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.requests import Request
from gan_models.ui.server.request_queue import Size, step_aside
from gan_models.ui.server.service import put_in_service
from tests.visitor import Visitor


class Quick(Request, ask="quick"):
    text: str | None = None


class Slow(Request, ask="slow"):
    pass


class Aside(Request, ask="aside"):
    pass


class Broken(Request, ask="broken"):
    text: str


class SmallHandlers(TabHandlers):
    """A tab as ours are."""

    name = "small"
    queue = Size(places=2, waiting=3)

    def __init__(self, pool):
        super().__init__(pool)
        self.open = threading.Event()
        self.inside = self.most_inside = 0
        self.lock = threading.Lock()

    def quick(self, request: Quick) -> dict:
        return {"echo": request.text}

    def slow(self, request: Slow) -> dict:
        with self.lock:
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
        self.open.wait(30)
        with self.lock:
            self.inside -= 1
        return {}

    def aside(self, request: Aside) -> dict:
        with step_aside():
            return self.slow(request)

    def broken(self, request: Broken) -> dict:
        raise KeyError(request.text)


@pytest.fixture(scope="module", name="served")
def small_tab():
    """The small tab on a port of its own: a queue of 2 places and 3 who wait; its tab, journal and address."""
    pool, lines = ModelPool("cpu", "embedded"), []
    tab = SmallHandlers(pool)

    def double(number: float) -> float:
        """Twice a number."""
        if number < 0:
            raise BadRequest("Give a number that is not negative.")
        return 2 * number

    with gr.Blocks() as blocks, gr.Group(visible=False):
        number = gr.Number()
        gr.Button().click(double, number, number, api_name="double")
        gr.Button().click(lambda image: 1, gr.Image(type="pil"), number, api_name="look")
    made = put_in_service(blocks, pool, [tab], lines.append)
    port = free_port()
    blocks.launch(server_port=port, prevent_thread_lock=True, quiet=True, ssr_mode=False, **made.launch_options)
    yield SimpleNamespace(tab=tab, lines=lines, service=made, url=f"http://127.0.0.1:{port}")
    tab.open.set()
    blocks.close(verbose=False)


@pytest.fixture(name="visitor")
def somebody(served):
    visitor = Visitor(served.url)
    yield visitor
    visitor.leave()
