"""Fixtures that several files share. Nothing here reaches beyond this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "0"
os.environ["HF_HUB_DISABLE_XET"] = "1"
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",  # a camera: Chromium's own test picture
]  # fmt: skip


# The same examples in every run; HYPOTHESIS_PROFILE=default looks for new ones.
settings.register_profile("same", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


# All that ask the whole app run in two processes, so that there are two of it, and not one a file or a process. The
# others have servers of their own, which take long to start.
TOGETHER = (
    "tests/browser/", "tests/ui/test_api.py", "tests/ui/test_app.py", "tests/ui/test_health.py",
    "tests/ui/test_hostile_http.py",
)  # fmt: skip
MIDDLE = "tests/browser/test_l"
BY_FILE = (
    "tests/browser/test_learn.py",
    "tests/test_contributing.py",
    "tests/ui/test_asking.py",
    "tests/ui/test_telemetry.py",
)


class OneApp(LoadScopeScheduling):
    """Gives each process the next test, but for those that share what one process must have for itself."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(BY_FILE):
            return nodeid.partition("::")[0]
        if nodeid.startswith(TOGETHER):
            return "one app" if nodeid < MIDDLE else "another app"
        return nodeid


def pytest_xdist_make_scheduler(config, log) -> OneApp:
    """The hook of pytest-xdist by which it asks for a scheduler."""
    return OneApp(config, log)


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def started_app(folder: Path, *options: str, root: Path = ROOT):
    """The real app in ``root``, started as a newcomer would, on its embedded weights: its address and its process."""
    port, log = free_port(), folder / "log"
    environment = {
        **os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{free_port()}", "NO_PROXY": "127.0.0.1",
        "GRADIO_TEMP_DIR": str(folder / "files"),
    }  # fmt: skip
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), "--device", "cpu", *options],
            cwd=root, stdout=out, stderr=subprocess.STDOUT, env=environment,
        )  # fmt: skip
        for _ in range(2400):
            if "is open at" in log.read_text():
                break
            if process.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.1)
        else:
            process.kill()
            raise TimeoutError(f"not open after four minutes: {log.read_text()}")
        yield f"http://127.0.0.1:{port}", process
        process.terminate()
        process.wait(15)


EARLY, LATE = "tests/ui/test_load.py", "tests/ui/test_load.py::test_what_they_abandoned_is_given_back"


def pytest_collection_modifyitems(items) -> None:
    """What visitors leave behind they leave before the other tests, so that nobody waits until it is given back."""
    items.sort(key=lambda item: 1 if item.nodeid == LATE else -item.nodeid.startswith(EARLY))


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The real app: its address, its process, and the folder of its temporary files."""
    folder = tmp_path_factory.mktemp("app")
    with started_app(folder) as (url, process):
        yield url, process, folder


@pytest.fixture(scope="session")
def app_url(app) -> str:
    """The address of the real app."""
    return app[0]


@contextmanager
def tab_alone(name: str, folder: Path):
    """One tab, started alone as ``python -m gan_models.ui.tabs NAME`` on a free port; its address."""
    port, log = free_port(), folder / "log"
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "GRADIO_SERVER_PORT": str(port), "NO_PROXY": "127.0.0.1"}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gan_models.ui.tabs", name],
            cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=environment,
        )  # fmt: skip
        for _ in range(1200):
            if process.poll() is not None:
                raise RuntimeError(log.read_text())
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
        process.terminate()
        assert process.wait(15) == 0, log.read_text()


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium. A machine without it fails these tests; they are never skipped."""
    from playwright.sync_api import sync_playwright

    assert Path(CHROMIUM).exists(), "install Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desktop(chromium):
    """Where pages are wide and high enough for the whole of a tab's bench."""
    from tests.browser.pages import browsing

    with browsing(chromium) as context:
        yield context


@pytest.fixture(scope="session")
def visit(app_url, desktop):
    """A page of the app for :func:`~tests.browser.pages.begin`; all files share it."""
    from tests.browser.pages import unharmed, visited

    with visited(desktop, app_url) as page:
        yield page
        assert unharmed(page)


@pytest.fixture(scope="session")
def phones(app_url, chromium):
    """A function: the theme, "light" or "dark", to a page on a phone for :func:`~tests.browser.pages.begin`."""
    from tests.browser.pages import browsing, visited

    with browsing(chromium, 390, 844, has_touch=True) as context, ExitStack() as stack:
        yield {theme: stack.enter_context(visited(context, app_url, theme)) for theme in ("light", "dark")}.get


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A Hub on this machine, see :mod:`loopback_hub`, and nobody's account on it."""
    from loopback_hub import loopback_hub

    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    for name in ("SPACE_ID", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with loopback_hub() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def float32():
    """Networks of this process compute in float32: on a busy machine the clock says now this, now that."""
    from gan_models.core import precision

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(precision, "fast_bfloat16", lambda device: False)
        yield


@pytest.fixture(scope="session")
def digits():
    """Our digit pipeline on its embedded weights, on the CPU."""
    from gan_models import load

    return load("digits", device="cpu", weights="embedded")


@pytest.fixture(scope="session")
def faces():
    """Our face pipeline on its embedded weights, on the CPU."""
    from gan_models import load

    return load("faces", device="cpu", weights="embedded")
