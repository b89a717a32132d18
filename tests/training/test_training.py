"""The shared loop: moving average, state that resumes, MNIST files; and a run of the real script, a few steps long."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from gan_models.cgan.networks import DigitGenerator
from gan_models.classifiers.train_digits import accuracy, jitter
from gan_models.data.mnist import load_mnist, to_signed
from gan_models.training.loop import MovingAverage, load_state, save_state, save_weights

ROOT = Path(__file__).resolve().parents[2]


def write_mnist(folder: Path, count: int = 64) -> None:
    """A tiny data set in the original format: class k is a bar at column 2 + 2k."""
    for prefix in ("train", "t10k"):
        labels = torch.arange(count) % 10
        images = torch.zeros(count, 28, 28, dtype=torch.uint8)
        for i, label in enumerate(labels):
            images[i, 4:24, 2 + 2 * label : 5 + 2 * label] = 255
        for name, data, dims in (("images-idx3", images, 3), ("labels-idx1", labels.to(torch.uint8), 1)):
            header = bytes([0, 0, 8, dims]) + b"".join(int(s).to_bytes(4, "big") for s in data.shape)
            (folder / f"{prefix}-{name}-ubyte.gz").write_bytes(gzip.compress(header + data.numpy().tobytes()))


def test_mnist_files(tmp_path):
    write_mnist(tmp_path)
    images, labels = load_mnist(tmp_path, train=True)
    assert images.shape == (64, 28, 28)
    assert labels[:11].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert images[3, 10, 8:11].tolist() == [255] * 3
    signed = to_signed(images)
    assert (signed.min().item(), signed.max().item(), signed.shape) == (-1.0, 1.0, (64, 1, 28, 28))


def test_moving_average_by_hand():
    network = torch.nn.Linear(1, 1, bias=False)
    network.weight.data.fill_(0.0)
    average = MovingAverage(network, decay=0.5)
    network.weight.data.fill_(8.0)
    average.update(network, step=0)  # early on the decay is (1 + 0) / (10 + 0) = 0.1
    assert average.network.weight.item() == pytest.approx(7.2)
    network.weight.data.fill_(0.0)
    average.update(network, step=1000)
    assert average.network.weight.item() == pytest.approx(3.6)


def test_state_goes_on_exactly_where_it_stopped(tmp_path):
    def make():
        torch.manual_seed(0)
        network = torch.nn.Linear(3, 2)
        return network, torch.optim.Adam(network.parameters(), 0.1)

    def step(network, optimiser):
        optimiser.zero_grad()
        network(torch.ones(1, 3)).square().sum().backward()
        optimiser.step()

    straight, optimiser = make()
    for _ in range(4):
        step(straight, optimiser)
    first, optimiser = make()
    step(first, optimiser)
    step(first, optimiser)
    save_state(tmp_path / "s.safetensors", {"n": first}, {"o": optimiser})
    second, optimiser = make()
    load_state(tmp_path / "s.safetensors", {"n": second}, {"o": optimiser})
    step(second, optimiser)
    step(second, optimiser)
    assert torch.allclose(second.weight, straight.weight)


def test_saved_weights_are_half_precision_and_whole(tmp_path):
    network = DigitGenerator(z_dim=4, width=2)
    save_weights(network, tmp_path / "w.safetensors", half=True)
    state = load_file(tmp_path / "w.safetensors")
    assert state["from_style.weight"].dtype == torch.float16
    assert state["norm7.num_batches_tracked"].dtype == torch.int64
    assert set(state) == set(network.state_dict())
    assert [p.name for p in tmp_path.iterdir()] == ["w.safetensors"]


def test_jitter_keeps_range_and_moves_ink():
    torch.manual_seed(0)
    page = torch.full((8, 1, 28, 28), -1.0)
    page[:, :, 10:18, 10:18] = 1.0
    moved = jitter(page)
    assert moved.shape == page.shape
    assert moved.min() >= -1.001
    assert moved.max() <= 1.001
    assert (moved - page).abs().mean() > 0.01
    assert moved[:, :, 12:16, 12:16].mean() > 0.8


def test_accuracy_counts():
    def sees_left_half(images):
        left = images[..., :14].mean((1, 2, 3))
        return torch.stack([left, -left] + [torch.full_like(left, -9)] * 8, 1)

    pages = torch.zeros(4, 28, 28, dtype=torch.uint8)
    pages[:2, :, :14] = 255
    assert accuracy(sees_left_half, pages, torch.tensor([0, 0, 1, 0]), batch=3) == 0.75


@pytest.mark.slow
@pytest.mark.parametrize("resume", ["", "state", "weights"])
def test_the_script_trains_saves_and_resumes(tmp_path, resume):
    write_mnist(tmp_path)
    command = [sys.executable, "-m", "gan_models.cgan.train", "--data", tmp_path, "--out", tmp_path / "out",
               "--minutes", "0.03", "--batch", "8", "--device", "cpu"]  # fmt: skip
    if resume:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
        command += [
            "--resume",
            tmp_path / "out" / "digits_state.safetensors" if resume == "state" else tmp_path / "out",
        ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"digits_generator.safetensors", "digits_critic.safetensors", "digits_state.safetensors"} <= names
    assert any(n.endswith(".png") for n in names)
