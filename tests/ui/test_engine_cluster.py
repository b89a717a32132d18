"""A page's engine on a cluster of this machine, and what it does when parts of that die. Needs Ray, else is skipped."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import free_port
from ray_cluster import ROOT, SETTINGS, cluster, eventually, tiny, until

from gan_models import __version__
from gan_models.core.errors import BadRequest, ModelUnavailable, SessionExpired
from gan_models.ui.engine.cluster import Engine
from gan_models.ui.engine.joining import check_nodes
from gan_models.ui.engine.pages import Said
from gan_models.ui.engine.pool import RemotePipeline

ray = pytest.importorskip("ray")
pytest.importorskip("ray.serve")
pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(600)]
ANOTHER = "import runpy, sys, ray; ray.__version__ = '2.0.0'; sys.argv = ['app.py', *sys.argv[1:]]; "
ANOTHER += "runpy.run_path('app.py', run_name='__main__')"


@pytest.fixture(scope="module")
def line():
    """Address and nodes of a cluster that all tests of this file share."""
    port = free_port()
    with cluster(port) as nodes:
        yield f"ray://127.0.0.1:{port}", nodes


@pytest.fixture(scope="module")
def engine(line):
    engine = Engine(line[0], SETTINGS)
    engine.connect()
    engine.open("tiny", tiny(), "cpu", "embedded")
    yield engine
    engine.close()


def test_a_handle_answers_as_the_pipeline_would(engine):
    pipeline = RemotePipeline(engine, "tiny")
    assert pipeline.double(3) == 6 and pipeline.double(3, again=2) == 12
    assert pipeline.colour == "grey"
    with pytest.raises(BadRequest, match=r"^No such thing\.$"):
        pipeline.refuse()
    with pytest.raises(ray.exceptions.RayTaskError):
        pipeline.stumble()
    with pytest.raises(ray.exceptions.RayTaskError):
        pipeline.exhaust()
    assert pipeline.double(4) == 8


def test_a_call_over_which_its_replica_dies_is_made_once_more_and_answered_once(engine, tmp_path):
    pipeline, log, answers = RemotePipeline(engine, "tiny"), tmp_path / "log", []
    caller = threading.Thread(target=lambda: answers.append(pipeline.slowly(str(log), 7)))
    caller.start()
    until(lambda: log.exists() and log.read_text().endswith("\n"))
    first = int(log.read_text())
    os.kill(first, signal.SIGKILL)  # as the system does with a process for which memory ran out
    caller.join(120)
    assert answers == [7]
    asked = log.read_text().split()
    assert len(asked) == 2 and asked[0] == str(first) != asked[1]
    assert eventually(engine, 30) < 30


def test_a_visitors_run_is_an_actor_that_ends_with_it(engine, monkeypatch):
    from gan_models.live.sessions import Runs
    from gan_models.ui.engine import training
    from gan_models.ui.engine.training import Trainers

    monkeypatch.setattr(training, "BEGIN_S", 240.0)  # a machine may be busy; each actor imports PyTorch

    class Counting:
        step = 0

    def forward(run) -> int:
        run.step += 1
        return run.step

    def wrong(run):
        raise BadRequest("Not so.")

    class Own(Counting):
        pid = property(lambda self: os.getpid())

    runs = Runs(worker=Trainers(SETTINGS.training))
    a, b = runs.open(Own), runs.open(Own)
    assert [runs.use(a, forward).answer, runs.use(a, forward).answer, runs.use(b, forward).answer] == [1, 2, 1]
    pids = [runs.use(key, lambda run: run.pid).answer for key in (a, b)]
    assert len({*pids, os.getpid()}) == 3
    with pytest.raises(BadRequest, match="Not so"):
        runs.use(a, wrong)
    runs.close(a)
    until(lambda: not Path(f"/proc/{pids[0]}").exists())
    os.kill(pids[1], signal.SIGKILL)
    with pytest.raises(SessionExpired, match="Reset"):
        runs.use(b, forward)
    assert runs.use(runs.open(Own), forward).answer == 1


def test_pages_hear_of_each_other(engine):
    say, name = {"status": "ok", "seconds_up": 1.0, "waiting": {}}, engine.name
    try:
        for each, status in (("other", "degraded"), (name, "ok")):
            engine.name, engine.say = each, lambda status=status: Said(say | {"status": status}, b"# nothing\n")
            engine.exchange()
        assert {page: said.health["status"] for page, said in engine.pages.items()} == {name: "ok", "other": "degraded"}
        assert engine.cluster["machines"] >= 1 and "tiny" in engine.cluster["models"]
    finally:
        engine.name, engine.say = name, None


def test_a_machine_that_lacks_something_is_named(engine):
    assert "has version" in check_nodes("0.0.0", False)
    assert check_nodes(__version__, False) == ""


def test_another_version_of_ray_is_told_in_a_sentence_before_the_page_opens(line):
    out = subprocess.run(
        [sys.executable, "-c", ANOTHER, "--port", str(free_port()), "--engine", line[0]],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert out.returncode == 1 and not out.stdout
    assert "another version of Ray or Python" in out.stderr and len(out.stderr.splitlines()) == 1, out.stderr


def test_a_machine_that_is_removed_costs_nobody_an_answer(engine, line):
    nodes, lost, answers, over = line[1], [], [], threading.Event()

    def visit() -> None:
        while not over.is_set():
            try:
                answers.append(RemotePipeline(engine, "tiny").double(1))
            except ModelUnavailable as error:
                lost.append(str(error))

    visitor = threading.Thread(target=visit)
    visitor.start()
    until(lambda: answers)
    nodes.remove_node(next(iter(nodes.worker_nodes)), allow_graceful=False)
    took = eventually(engine, 30)
    seen = len(answers)
    until(lambda: len(answers) > seen + 3)
    over.set()
    visitor.join()
    print(f"all well {took:.1f} s after; {len(answers)} answers, {len(lost)} lost")
    assert len(lost) <= 1 and set(answers) == {2}
