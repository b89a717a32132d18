"""The static route: what it serves, and what it does not."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gan_models.ui.server.static_files import UI, static_route


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=[static_route()])) as client:
        yield client


def test_a_module_comes_whole_and_is_asked_for_again_only_when_it_changed(client):
    first = client.get("/atelier/static/lib/dom.js")
    assert first.text == (UI / "lib" / "dom.js").read_text(encoding="utf-8")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/atelier/static/lib/dom.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_pictures_have_their_kind(client):
    picture = client.get("/atelier/static/tabs/horses/meadow.webp")
    assert picture.headers["content-type"] == "image/webp" and picture.content[8:12] == b"WEBP"


@pytest.mark.parametrize(
    "path",
    [
        "app.py", "tabs/digits/view.html", "tabs/digits", "", "lib/", "lib/absent.js", "../core/errors.py",
        "../../README.md", "%2e%2e/%2e%2e/pyproject.toml", "..%2f..%2ftests/javascript/any.js",
        "/etc/passwd", "lib%2f..%2f..%2f..%2f..%2fetc%2fhosts.js", "lib/dom.js%00.py", "lib/dom%00.js", "lib/dom.JS",
        "x" * 5000 + ".js",
    ],
)  # fmt: skip
def test_nothing_else_is_served(client, path):
    assert client.get(f"/atelier/static/{path}").status_code == 404


def test_links_that_lead_outside_are_not_followed(tmp_path):
    (tmp_path / "ui").mkdir()
    (tmp_path / "secret.js").write_text("1")
    (tmp_path / "ui" / "link.js").symlink_to(tmp_path / "secret.js")
    (tmp_path / "ui" / "own.js").write_text("2")
    client = TestClient(Starlette(routes=[static_route(tmp_path / "ui")]))
    assert client.get("/atelier/static/own.js").text == "2"
    assert client.get("/atelier/static/link.js").status_code == 404
    assert client.post("/atelier/static/own.js").status_code == 405
    assert client.head("/atelier/static/own.js").content == b""


@pytest.mark.parametrize("root", ["", "/some/where"])
def test_below_a_proxy_that_takes_its_prefix_away_or_leaves_it(root):
    client = TestClient(Starlette(routes=[static_route()]), root_path=root)
    for prefix in {"", root}:
        assert client.get(f"{prefix}/atelier/static/lib/dom.js").status_code == 200
