"""What is said of an engine before anything is started, and its settings. None of it needs Ray."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import free_port

from gan_models.ui.app import TABS
from gan_models.ui.engine import joining
from gan_models.ui.engine.settings import SHIPPED, EngineUnavailable, Scale, read_settings
from gan_models.ui.server.service import ENDPOINTS

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = "import runpy, sys; sys.modules['ray'] = None; sys.argv = ['app.py', *sys.argv[1:]]; "
WITHOUT += "runpy.run_path('app.py', run_name='__main__')"


def without_ray(*options: str) -> subprocess.CompletedProcess:
    """The app in a process in which Ray cannot be imported, though it may be installed."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, "--port", str(free_port()), *options],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("ray", 'pip install "ray[serve]"'),
        ("ray://127.0.0.1:10001", 'pip install "ray[serve]"'),
        ("spark", "--engine must be ray or ray://HOST:10001, not spark."),
        ("ray://nowhere", "--engine must be ray or ray://HOST:10001, not ray://nowhere."),
    ],
)
def test_without_ray_or_with_another_engine_it_says_so_in_a_sentence(engine, words):
    out = without_ray("--engine", engine)
    assert out.returncode == 1 and not out.stdout
    assert words in out.stderr and len(out.stderr.splitlines()) == 1


def test_the_engine_is_imported_with_its_option_and_not_with_the_page():
    code = (
        "import sys, gan_models.ui.server.service, gan_models.ui.app; print([n for n in sys.modules if 'engine' in n]);"
    )
    code += "import gan_models.ui.engine.pool; print('ray' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    engines, ray = out.stdout.splitlines()
    assert "gan_models.ui.engine" not in engines and ray == "False"


def test_an_address_without_a_listener_is_told_at_once():
    assert f"No Ray answers at ray://127.0.0.1:{(port := free_port())};" in joining.nobody_there(
        f"ray://127.0.0.1:{port}"
    )


def test_a_model_has_what_is_said_of_it_and_of_all_others(tmp_path):
    path = tmp_path / "settings.yaml"
    path.write_text(yaml.safe_dump({"default": {"cpus": 2}, "models": {"horse2zebra": {"gpus": 0.25, "most": 8}}}))
    settings = read_settings(path)
    assert settings.of("horse2zebra") == Scale(cpus=2, gpus=0.25, most=8)
    assert settings.of("inpainting") == Scale(cpus=2)


def test_the_shipped_settings_name_models_that_there_are():
    from gan_models import list_models

    assert set(yaml.safe_load(SHIPPED.read_text())["models"]) <= set(list_models())
    assert set(yaml.safe_load(SHIPPED.read_text())["places"]) <= {tab.folder for tab in TABS} | {ENDPOINTS}
    assert read_settings().of("faces").local and not read_settings().of("horse2zebra").local


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("default: {cpu: 1}", "default.cpu is wrong"),
        ("default: {least: 3, most: 2}", "least is more than most"),
        ("models: {faces: {gpus: -1}}", "gpus"),
        ("places: {horses: 0}", "places.horses is wrong"),
        ("a: [", "cannot be read"),
        ("- 1", "is wrong"),
    ],
)
def test_settings_that_are_none_are_refused_in_words(tmp_path, text, words):
    path = tmp_path / "settings.yaml"
    path.write_text(text)
    with pytest.raises(EngineUnavailable, match=words) as refused:
        read_settings(path)
    assert len(str(refused.value).splitlines()) == 1
    with pytest.raises(EngineUnavailable, match="cannot be read"):
        read_settings(tmp_path / "absent.yaml")


def test_the_metrics_of_several_pages_are_told_apart():
    from prometheus_client.parser import text_string_to_metric_families

    from gan_models.ui.engine.pages import together
    from gan_models.ui.server.telemetry import Telemetry

    texts = {}
    for page, calls in (("a", 2), ("b", 3)):
        telemetry = Telemetry(levels={"waiting": lambda: {"horses": 1.0}})
        for _ in range(calls):
            with telemetry.call("horses.open"):
                pass
        texts[page] = telemetry.text()
    text = together(texts)
    families = {family.name: family for family in text_string_to_metric_families(text.decode())}
    calls = {sample.labels["page"]: sample.value for sample in families["gan_atelier_calls"].samples}
    assert calls == {"a": 2, "b": 3} and families["gan_atelier_calls"].type == "counter"
    assert {s.labels["page"] for s in families["gan_atelier_call_seconds"].samples} == {"a", "b"}
    assert families["gan_atelier_call_seconds"].type == "histogram"
    assert text.count(b"# TYPE gan_atelier_waiting gauge") == 1


def test_health_speaks_for_all_pages_and_the_cluster():
    from gan_models.ui.engine.pages import Said, health_of_all

    well = {"status": "ok", "seconds_up": 5.0, "waiting": {}, "models": {"faces": {"state": "loaded"}}}
    said = {"a": Said(well, b""), "b": Said(well, b"")}
    cluster = {"machines": 2, "models": {"horse2zebra": "RUNNING"}}
    told = health_of_all(well, said, cluster)
    assert told["status"] == "ok" and set(told["pages"]) == {"a", "b"} and told["cluster"] == cluster
    ill = health_of_all(well, said | {"b": Said(well | {"status": "degraded"}, b"")}, cluster)
    assert ill["status"] == "degraded" and ill["pages"]["b"]["status"] == "degraded"
    assert health_of_all(well, said, {"models": {"horse2zebra": "UNHEALTHY"}})["status"] == "degraded"
    assert health_of_all(well | {"status": "down"}, said, cluster)["status"] == "down"


def test_a_machine_without_weights_says_which(monkeypatch, tmp_path):
    from gan_models import __version__
    from gan_models.core import store

    look = joining.missing_parts(__version__, embedded=True)
    assert look() == ""
    monkeypatch.setattr(store, "CHECKPOINTS_DIR", tmp_path)
    assert look().startswith("lacks weights: ") and "is missing from checkpoints/" in look()
    assert joining.missing_parts(__version__, embedded=False)() == ""
    assert "has version" in joining.missing_parts("0.0.0", embedded=True)()
