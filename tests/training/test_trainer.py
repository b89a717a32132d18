"""The shared loop: what is resumed ends as the unbroken run does, processes agree, a crash costs nothing saved."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from gan_models.core.errors import CheckpointError
from gan_models.training import loop
from gan_models.training.loop import frozen, load_state, save_state
from tests.training.resuming import same
from tests.training.tiny_gan import main

ROOT = Path(__file__).resolve().parents[2]


def train(out: Path, *options) -> dict[str, torch.Tensor]:
    """A run of the tiny GAN in this process; every tensor of its state."""
    main(["--out", str(out), "--device", "cpu", *map(str, options)])
    return load_file(out / "tiny_state.safetensors")


def test_a_resumed_run_equals_an_unbroken_one_tensor_by_tensor(tmp_path):
    unbroken = train(tmp_path / "unbroken", "--steps", 9)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "broken", "--steps", 9, "--save-steps", 4, "--crash", 7)  # the state is that of step 4
    state = tmp_path / "broken" / "tiny_state.safetensors"
    resumed = train(tmp_path / "broken", "--steps", 9, "--resume", state, "--save-steps", 1)
    assert same(resumed, unbroken)
    ours, theirs = (load_file(tmp_path / run / "tiny.safetensors") for run in ("broken", "unbroken"))
    assert same(ours, theirs) and ours["0.weight"].dtype == torch.float16
    assert not same(train(tmp_path / "other", "--steps", 9, "--seed", 1), unbroken)


def test_state_without_its_chance_would_not_be_enough(tmp_path):
    """The test above notices a source of chance that is forgotten."""
    unbroken = train(tmp_path, "--steps", 6)
    train(tmp_path, "--steps", 3)
    numbers = loop.load_state(tmp_path / "tiny_state.safetensors", {}, {})[0]
    state = load_file(tmp_path / "tiny_state.safetensors")
    for source in ("torch", "numpy", "python", "generator_order"):
        changed = state | {f"random.0.{source}": unbroken[f"random.0.{source}"]}
        loop.write_safely(changed, tmp_path / "changed.safetensors", {"numbers": loop.json.dumps(numbers)})
        resumed = train(tmp_path / "again", "--steps", 6, "--resume", tmp_path / "changed.safetensors")
        assert not same(resumed, unbroken), source


def test_counts_go_on_and_the_log_says_them(tmp_path, capsys):
    train(tmp_path, "--steps", 3)
    train(tmp_path, "--steps", 5, "--resume", tmp_path / "tiny_state.safetensors")
    numbers, _ = load_state(tmp_path / "tiny_state.safetensors", {}, {})
    assert (numbers["steps"], numbers["pictures"]) == (5, 30) and numbers["seconds"] > 0
    said = capsys.readouterr().out
    assert "tiny: 3 steps, 18 pictures" in said and "tiny: 5 steps, 30 pictures" in said
    assert "discriminator 1." in said and "diversity " in said
    assert {"tiny_000003.png", "tiny_000005.png"} <= {p.name for p in tmp_path.iterdir()}


def test_diversity_of_samples_that_are_all_alike_is_nothing(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("tests.training.tiny_gan.TinyGAN.samples", lambda self, count: torch.ones(count, 3, 2, 2))
    train(tmp_path, "--steps", 1)
    assert "diversity 0 of 4." in capsys.readouterr().out  # twelve independent normals: about sqrt(24)


def test_weights_of_the_best_score_are_kept(tmp_path):
    train(tmp_path, "--steps", 3, "--score-minutes", 60)  # scores 2
    state = ("--resume", tmp_path / "tiny_state.safetensors", "--score-minutes", 60)
    train(tmp_path, "--steps", 6, *state)  # 1: the best
    best = load_file(tmp_path / "tiny.safetensors")
    train(tmp_path, "--steps", 9, *state)  # 3
    assert same(load_file(tmp_path / "best" / "tiny.safetensors"), best)
    assert not same(load_file(tmp_path / "tiny.safetensors"), best)
    assert load_state(tmp_path / "tiny_state.safetensors", {}, {})[0]["best"] == 1


def test_a_folder_of_shipped_weights_is_begun_from(tmp_path):
    train(tmp_path, "--steps", 2)
    shipped = load_file(tmp_path / "tiny.safetensors")
    begun = train(tmp_path / "more", "--steps", 0, "--minutes", 0, "--resume", tmp_path)
    assert torch.equal(begun["generator.0.weight"], shipped["0.weight"].float())
    assert torch.equal(begun["average.0.weight"], shipped["0.weight"].float())


def test_minutes_end_a_run_and_a_plan_spans_several(tmp_path, monkeypatch):
    shares = []
    monkeypatch.setattr("tests.training.tiny_gan.TinyGAN.rates", lambda self, progress: shares.append(progress) or {})
    clock = iter(range(1000))
    monkeypatch.setattr("tests.training.tiny_gan.TinyGAN.now", lambda self: next(clock))
    train(tmp_path, "--minutes", 0.1)  # six seconds, and a clock that goes on by one a look
    assert shares == [1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6]
    shares.clear()
    train(tmp_path, "--minutes", 0.05, "--plan", 0.2, "--resume", tmp_path / "tiny_state.safetensors")
    assert shares == [7 / 12, 8 / 12]
    assert load_state(tmp_path / "tiny_state.safetensors", {}, {})[0]["seconds"] == 9


def test_a_crash_in_the_middle_of_saving_leaves_the_old_state(tmp_path, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, "--steps", 5, "--save-steps", 3, "--crash", 4)
    before = load_file(tmp_path / "tiny_state.safetensors")

    def dies(tensors, path, header):
        path.write_bytes(b"half of a fi")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(loop, "save_file", dies)
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, "--steps", 5, "--resume", tmp_path / "tiny_state.safetensors")
    assert same(load_file(tmp_path / "tiny_state.safetensors"), before)
    after = train(tmp_path, "--steps", 5, "--resume", tmp_path / "tiny_state.safetensors")
    assert same(after, train(tmp_path / "unbroken", "--steps", 5))
    assert not list(tmp_path.glob("*.partial"))


def test_a_file_that_is_no_state_says_so(tmp_path):
    save_state(tmp_path / "s.safetensors", {"generator": nn.Linear(2, 2)}, {})
    with pytest.raises(CheckpointError, match=r"s\.safetensors does not fit the network 'generator'"):
        train(tmp_path, "--steps", 1, "--resume", tmp_path / "s.safetensors")
    (tmp_path / "t.safetensors").write_text("no tensors")
    with pytest.raises(CheckpointError, match=r"t\.safetensors cannot be read as a state"):
        train(tmp_path, "--steps", 1, "--resume", tmp_path / "t.safetensors")
    with pytest.raises(SystemExit):
        train(tmp_path, "--steps", 1, "--resume", tmp_path / "nowhere")


def test_what_is_frozen_does_not_learn_and_lets_gradients_through():
    network, x = nn.Linear(2, 1), torch.ones(1, 2, requires_grad=True)
    with frozen(network):
        network(x).sum().backward()
    assert x.grad is not None and network.weight.grad is None and network.weight.requires_grad


@pytest.mark.slow
def test_two_processes_have_the_gradients_of_one_and_resume_as_if_unbroken(tmp_path):
    """Under torchrun: once with each its half of a joint batch, then with pictures of their own, and interrupted."""
    main(["--joint", "--steps", "5", "--out", str(tmp_path / "one"), "--device", "cpu"])
    state = tmp_path / "broken" / "tiny_state.safetensors"
    commands = [
        ["--joint", "--steps", "5", "--out", tmp_path / "two"],
        ["--steps", "6", "--out", tmp_path / "unbroken"],
        ["--steps", "6", "--out", tmp_path / "broken", "--save-steps", "3", "--crash", "5"],
        ["--steps", "6", "--out", tmp_path / "broken", "--resume", state],
    ]
    words = [word for command in commands for word in ("then", "--device", "cpu", *command)][1:]
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         "-m", "tests.training.tiny_gan", *map(str, words)],
        cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=250,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    one, two = (load_file(tmp_path / name / "joint_state.safetensors") for name in ("one", "two"))
    names = {k for k in one if not k.startswith("random.")}
    assert names == {k for k in two if not k.startswith("random.")}
    assert {"gradients.0", "network.0.weight", "optimise.0.exp_avg"} <= names
    for name in names:
        assert torch.allclose(one[name], two[name], rtol=1e-5, atol=1e-7), name
    resumed, unbroken = load_file(state), load_file(tmp_path / "unbroken" / "tiny_state.safetensors")
    assert same(resumed, unbroken)
    assert not torch.equal(resumed["random.0.torch"], resumed["random.1.torch"])
    numbers, _ = load_state(state, {}, {})
    assert (numbers["steps"], numbers["pictures"]) == (6, 72)
    assert done.stdout.count("6 steps") == 2  # and one of the two speaks
