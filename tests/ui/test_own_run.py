"""A model that somebody trained, in the tab that is for it, through the command that serves it there."""

import importlib

from safetensors.torch import save_file

from gan_models.pix2pix.networks import UNetGenerator
from gan_models.ui import own_run
from gan_models.ui.handlers import TabHandlers
from tests.pix2pix.drawings import photo, sketch
from tests.visitor import as_file


def handlers_of(tab: str, folder, monkeypatch, *more: str) -> TabHandlers:
    """What answers the page that ``python -m gan_models.ui.tabs.TAB --model FOLDER`` serves."""
    built = []
    monkeypatch.setattr(own_run, "serve_tab", lambda build: built.append(build()))
    monkeypatch.setattr("sys.argv", [tab, "--model", str(folder), "--size", "64", *more])
    importlib.import_module(f"gan_models.ui.tabs.{tab}.__main__").main()
    return built[0].handlers[0]


def train_nothing(folder, inputs: int):
    """A folder as the training script leaves it, its generator at its start."""
    save_file(UNetGenerator(inputs, 4, 3).state_dict(), folder / "generator.safetensors")
    return folder


def test_own_colouring_opens_in_restore_beside_what_ships(tmp_path, monkeypatch):
    train_nothing(tmp_path, 1)
    handlers = handlers_of("restore", tmp_path, monkeypatch, "--twin", str(tmp_path / "generator.safetensors"))
    opened = handlers.answer({"ask": "open"}, {"picture": as_file(photo(90, 70))})
    asked = {"key": opened["key"]}
    own = handlers.answer({"ask": "colour", "strength": 0.5} | asked)
    assert own["facts"].endswith("own weights") and len(own["thumbs"]) == 7
    larger = handlers.answer({"ask": "enlarge", "number": 0} | asked)
    assert larger["facts"].endswith("embedded weights")
    grey = photo(90, 70).convert("L")
    assert handlers.colour_endpoint(photo(90, 70), 1, 3).convert("L").tobytes() == grey.tobytes()


def test_own_drawings_open_in_draw(tmp_path, monkeypatch):
    handlers = handlers_of("draw", train_nothing(tmp_path, 1), monkeypatch)
    painted = handlers.answer({"ask": "paint", "subject": "things"}, {"picture": as_file(sketch())})
    assert painted["facts"].endswith("own weights")


def test_a_run_of_another_kind_is_said(tmp_path, monkeypatch):
    handlers = handlers_of("restore", train_nothing(tmp_path, 3), monkeypatch)
    opened = handlers.answer({"ask": "open"}, {"picture": as_file(photo(90, 70))})
    assert "--kind grey" in handlers.answer({"ask": "colour", "key": opened["key"]})["error"]
