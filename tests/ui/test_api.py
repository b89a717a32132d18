"""The public endpoints through the real server and the real client, as the README shows them."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT, free_port
from PIL import Image, ImageChops, ImageDraw

PUBLIC = {
    "sample_face", "sample_digit", "sample_thing", "digits", "arithmetic", "critic", "translate", "inpaint", "draw",
    "enlarge", "colour", "uncrop",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(app_url):
    from gradio_client import Client

    return Client(app_url, verbose=False)


def picture(answer) -> Image.Image:
    return Image.open(answer if isinstance(answer, str) else answer["path"])


@pytest.fixture
def portrait(tmp_path) -> Path:
    """A photograph that ships with the page, as PNG so that pixels can be compared."""
    path = tmp_path / "portrait.png"
    Image.open(ROOT / "gan_models/ui/tabs/inpaint/portrait_hopper.webp").convert("RGB").save(path)
    return path


def test_every_public_endpoint_is_there_with_words_for_each_argument(client):
    shown = {name.strip("/"): about for name, about in client.view_api(return_format="dict")["named_endpoints"].items()}
    assert set(shown) >= PUBLIC
    for name in PUBLIC:
        assert len(shown[name]["description"]) > 20, name
        assert all(p["parameter_name"] and p["python_type"]["type"] for p in shown[name]["parameters"]), name


def test_face_digit_sum(client):
    face, said = client.predict(7, 1, 0, 0, 0, 0, 0, 0, api_name="/sample_face")
    assert picture(face).size == (256, 256) and 0 <= said["realness"] <= 1
    made, on_pixels, said = client.predict("1, 2, 3", "4", "5, 6", 1, api_name="/arithmetic")
    assert picture(made).size == picture(on_pixels).size == (64, 64)
    assert set(said["latent"]["attributes"]) == set(said["pixels"]["attributes"])
    with pytest.raises(Exception, match="Column B"):
        client.predict("1", "", "2", 1, api_name="/arithmetic")


def test_same_arguments_give_the_same_picture(client):
    first, second = (picture(client.predict(5, 1, 0, 0, 0, 0, 0, 0, api_name="/sample_face")[0]) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_translation_has_the_pictures_size(client, tmp_path):
    from gradio_client import handle_file

    path = tmp_path / "meadow.jpg"
    Image.open(ROOT / "gan_models/ui/tabs/horses/meadow.webp").convert("RGB").crop((0, 0, 301, 200)).save(path)
    made, way = client.predict(handle_file(str(path)), "horse_to_zebra", 1, api_name="/translate")
    assert picture(made).size == (301, 200)
    assert way == {"direction": "horse_to_zebra"}
    with pytest.raises(Exception, match="direction"):
        client.predict(handle_file(str(path)), "horse_to_cow", 1, api_name="/translate")


def test_inpainting_changes_the_hole_only(client, portrait, tmp_path):
    from gradio_client import handle_file

    before = Image.open(portrait)
    mask, box = Image.new("L", before.size), [int(side * share) for share in (0.4, 0.6) for side in before.size]
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    mask.save(tmp_path / "mask.png")
    files = handle_file(str(portrait)), handle_file(str(tmp_path / "mask.png"))
    after = picture(client.predict(*files, 3, api_name="/inpaint")).convert("RGB")
    changed = ImageChops.difference(before, after).getbbox()
    assert changed and box[0] <= changed[0] and box[1] <= changed[1]
    assert changed[2] <= box[2] + 1 and changed[3] <= box[3] + 1
    with pytest.raises(Exception, match="Nothing is masked"):
        Image.new("L", before.size).save(tmp_path / "mask.png")
        client.predict(handle_file(str(portrait)), handle_file(str(tmp_path / "mask.png")), 3, api_name="/inpaint")


def test_readme_example_runs_as_it_stands(app_url, tmp_path):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    examples = [block for block in blocks if "gradio_client" in block]
    assert examples
    for example in examples:
        assert "http://127.0.0.1:7860" in example
        code = example.replace("http://127.0.0.1:7860", app_url)
        out = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=240)
        assert out.returncode == 0, out.stderr


def test_mcp_without_its_packages_says_which(tmp_path):
    """Started where ``mcp`` cannot be imported, whether or not it is installed."""
    (tmp_path / "mcp.py").write_text("raise ImportError('No module named mcp')\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import app; sys.exit(app.main(sys.argv[1:]))"
    out = subprocess.run(
        [sys.executable, "-c", code, "--mcp", "--port", str(free_port())],
        cwd=ROOT, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert out.returncode == 1
    assert 'pip install "gradio[mcp]"' in out.stderr
    assert "Traceback" not in out.stderr


@pytest.mark.slow
def test_mcp_offers_the_endpoints_and_draws(tmp_path):
    """The official client of the protocol lists the tools and has a digit written."""
    import asyncio

    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    from tests.ui.test_faults import running

    async def main(url: str):
        address = f"{url}/gradio_api/mcp/"
        async with streamablehttp_client(address) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            name = next(name for name in tools if name.endswith("digits"))
            asked = {"text": "42", "seed": 7, "slant": 0, "weight": 0, "width": 0, "flourish": 0}
            return tools, await session.call_tool(name, asked)

    with running(ROOT, tmp_path, "--mcp") as (_, url, log):
        assert "gradio_api/mcp/" in log.read_text()
        with ThreadPoolExecutor(1) as pool:  # in this thread an event loop of Playwright may be running
            tools, answer = pool.submit(lambda: asyncio.run(main(url))).result()
    assert {name for name in PUBLIC if any(tool.endswith(name) for tool in tools)} == PUBLIC
    assert not answer.isError
    assert any("reads_as" in str(part) for part in answer.content)
