"""A page with an endpoint for each kind of input and no models, served as ours is."""

import json
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import gradio as gr
import httpx
import pytest
from conftest import free_port

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server import gradio_adapter, lifetime
from gan_models.ui.server.faults import quiet_logs
from gan_models.ui.server.service import put_in_service
from gan_models.ui.server.uploads import picture_input

GOOD = ["a", 1, None, {}]  # what its endpoint "mix" takes
JSON = {"content-type": "application/json"}


@pytest.fixture(name="small", scope="module")
def small_page() -> Iterator[SimpleNamespace]:
    """A page with an endpoint for each kind of input, served as ours is; its address, Blocks and what it was asked."""
    door, inside = threading.Event(), []
    with lifetime.temporary_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradio_adapter, "UNHEARD_S", 1.0)

        def mix(text: str, number: float, picture, data) -> str:
            """Join them."""
            return f"{text} {number} {picture.size if picture else None} {data}"

        def wait(name: str) -> str:
            """Wait for the door to open."""
            inside.append(name)
            door.wait(30)
            return name

        def break_down(text: str) -> str:
            """Break."""
            raise KeyError(text)

        with gr.Blocks() as blocks, gr.Group(visible=False):
            text, number, data, out = gr.Textbox(label="Text"), gr.Number(label="Number"), gr.JSON(), gr.Textbox()
            gr.Button().click(mix, [text, number, picture_input("Picture"), data], out, api_name="mix")
            gr.Button().click(wait, text, out, api_name="wait")
            gr.Button().click(break_down, text, out, api_name="break_down")
        made = put_in_service(blocks, ModelPool("cpu", "embedded"), [])
        port = free_port()
        blocks.launch(server_port=port, prevent_thread_lock=True, quiet=True, ssr_mode=False, **made.launch_options)
        quiet_logs()
        yield SimpleNamespace(
            url=f"http://127.0.0.1:{port}", blocks=blocks, door=door, inside=inside, folder=folder,
            queue=made.queues["endpoints"], middleware=made.launch_options["app_kwargs"]["middleware"],
        )  # fmt: skip
        door.set()
        blocks.close(verbose=False)


@pytest.fixture(name="http")
def client(small) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=small.url, timeout=30, trust_env=False) as client:
        yield client


def result(http: httpx.Client, endpoint: str, data: object) -> tuple[str, object]:
    """("complete", outputs) or ("error", what is wrong)."""
    begun = http.post(f"/gradio_api/call/{endpoint}", json={"data": data})
    if begun.status_code != 200:
        return "error", begun.json()["detail"]
    event, _, body = http.get(f"/gradio_api/call/{endpoint}/{begun.json()['event_id']}").text.partition("\ndata: ")
    found = json.loads(body.strip().splitlines()[0])
    return event.split(": ")[1], found["error"] if isinstance(found, dict) else found
