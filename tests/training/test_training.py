"""Moving average, state, MNIST files; and the real scripts of digits, a few steps long."""

import gzip
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from gan_models.cgan import accuracy_score
from gan_models.cgan import train as cgan
from gan_models.cgan.networks import DigitGenerator
from gan_models.classifiers import train_digits
from gan_models.classifiers.train_digits import accuracy, jitter
from gan_models.data.mnist import load_mnist, to_signed
from gan_models.training.loop import MovingAverage, load_state, save_state, save_weights
from tests.training.resuming import resumes_exactly

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


@pytest.fixture
def digits_folder(tmp_path):
    write_mnist(tmp_path)
    return tmp_path


def test_the_digit_gan_resumes_exactly(digits_folder):
    assert resumes_exactly(cgan.main, digits_folder, "digits", "--data", digits_folder, "--batch", 8)


def test_the_digit_gan_begins_from_what_it_shipped(digits_folder, capsys, monkeypatch):
    out = digits_folder / "out"

    def train(*options):
        return cgan.main(["--data", str(digits_folder), "--out", str(out), "--batch", "8", "--device", "cpu", *options])

    monkeypatch.setattr(cgan, "SCORED", 20)
    first = train("--steps", "2", "--score-minutes", "9")
    names = {"digits_generator.safetensors", "digits_critic.safetensors", "digits_state.safetensors", "best"}
    assert names <= {p.name for p in out.iterdir()} and (out / "digits_000002.png").is_file()
    said = capsys.readouterr().out
    assert "2 steps, 16 pictures" in said and "diversity" in said and "Frechet distance in the classifier's" in said
    again = train("--steps", "0", "--minutes", "0", "--resume", str(out))
    for ours, theirs in zip(again.generator.parameters(), first.average.network.parameters(), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-3, atol=1e-6)
    assert all(p.requires_grad for n in again.networks.values() for p in n.parameters() if n is again.discriminator)


def test_a_state_from_before_there_were_numbers_in_it(digits_folder, tmp_path):
    """Networks and moments alone: it goes on, and counts from nothing."""
    options = ["--data", str(digits_folder), "--out", str(tmp_path), "--batch", "8", "--device", "cpu"]
    cgan.main([*options, "--steps", "2"])
    old = {k: v for k, v in load_file(tmp_path / "digits_state.safetensors").items() if not k.startswith("random.")}
    save_file(old, tmp_path / "old.safetensors")
    resumed = cgan.main([*options, "--steps", "1", "--resume", str(tmp_path / "old.safetensors")])
    assert resumed.seen["steps"] == 1
    assert resumed.optimisers["optimise_g"].state_dict()["state"][0]["step"] == 3


def test_the_classifier_of_digits_resumes_exactly_and_says_its_accuracy(digits_folder, capsys):
    options = ("--data", digits_folder, "--batch", 8)
    assert resumes_exactly(train_digits.main, digits_folder, "digit_classifier", *options)
    assert "accuracy on 64 real test digits: " in capsys.readouterr().out
    assert (digits_folder / "broken" / "digit_judge.safetensors").is_file()


def test_rates_of_the_classifier_rise_and_fall(digits_folder):
    options = ["--data", str(digits_folder), "--out", str(digits_folder), "--batch", "8", "--device", "cpu"]
    trainer = train_digits.main([*options, "--epochs", "2.5"])
    assert trainer.seen["steps"] == 20  # 64 digits, eight a step
    group = trainer.optimisers["optimise"].param_groups[0]
    assert group["lr"] < 1e-6 and group["initial_lr"] == pytest.approx(1.2e-4) and group["betas"][0] > 0.94


def test_a_classifier_of_generated_digits_ships_nothing(digits_folder, capsys, monkeypatch):
    monkeypatch.setattr(accuracy_score, "COUNT", 40)
    weights = ROOT / "checkpoints" / "digits_generator.safetensors"
    accuracy_score.main(["--data", str(digits_folder), "--out", str(digits_folder / "out"), "--generated", str(weights),
                         "--batch", "8", "--steps", "2", "--device", "cpu"])  # fmt: skip
    assert "accuracy on 64 real test digits: " in capsys.readouterr().out
    assert {p.name for p in (digits_folder / "out").iterdir()} == {"accuracy_score_state.safetensors"}
