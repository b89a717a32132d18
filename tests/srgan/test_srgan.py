"""The enlarger: its networks, and what a step of each act does."""

import copy
import zipfile
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.core.store import load_strictly
from gan_models.data.photographs import Photographs, make_pair
from gan_models.metrics.closeness import LAYERS, Lpips
from gan_models.srgan import train
from gan_models.srgan.evaluate import bicubic, load_tests, score
from gan_models.srgan.networks import PatchDiscriminator, SRGenerator, between
from gan_models.srgan.train import Lesson, falling, shifted, shown
from gan_models.training.loop import Run


def photo(width: int, height: int, seed: int = 0) -> Image.Image:
    """Soft blotches of colour."""
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def metric_files(tmp_path_factory) -> tuple[Path, Path]:
    """SqueezeNet's features and LPIPS's linear layers, with random weights."""
    torch.manual_seed(0)
    folder, eyes = tmp_path_factory.mktemp("metrics"), SqueezeNetFeatures()
    save_file(eyes.state_dict(), folder / "features.safetensors")
    with torch.no_grad():
        channels = [f.shape[1] for f in eyes(torch.zeros(1, 3, 64, 64), LAYERS)]
    linear = {f"lin{k}.model.1.weight": torch.rand(1, c, 1, 1) for k, c in enumerate(channels)}
    save_file(linear, folder / "linear.safetensors")
    return folder / "features.safetensors", folder / "linear.safetensors"


@pytest.fixture
def lesson(metric_files, tmp_path) -> Lesson:
    """The second half of a run is its second act; its photographs are one of 128x96."""
    torch.manual_seed(0)
    args = Namespace(
        features=metric_files[0], lpips=metric_files[1], average=0.998, lr=7e-4, lr_second=2e-4,
        lr_discriminator=4e-4, l1=10.0, adversarial=0.3, first_act=0.5, batch=2,
    )  # fmt: skip
    run = Run(tmp_path, tmp_path, 1.0, None, torch.device("cpu"), 0, 1)
    lesson = Lesson(run, args, Photographs([[make_pair(photo(128, 96))]], [1.0]), {})
    lesson.begin()
    return lesson


# --- networks ---------------------------------------------------------------------------------------------------


def test_generator_is_small_and_begins_as_a_plain_enlargement():
    torch.manual_seed(0)
    network = SRGenerator()
    assert sum(p.numel() for p in network.parameters()) == 731_120
    small = torch.rand(2, 3, 7, 5) * 2 - 1
    with torch.no_grad():
        made = network(small)
    plain = torch.nn.functional.interpolate(small, scale_factor=4, mode="bilinear", align_corners=False)
    assert made.shape == (2, 3, 28, 20)
    assert 0 < (made - plain).abs().mean() < 0.05


def test_a_pixel_looks_exactly_as_far_as_its_reach():
    network = SRGenerator(4, 2)
    for p in network.parameters():
        torch.nn.init.constant_(p, 0.1)  # nothing is cut off by a ReLU, nothing cancels
    small = torch.ones(1, 3, 31, 31, requires_grad=True)
    network(small)[0, 0, 4 * 15 + 1, 4 * 15 + 1].backward()
    seen = small.grad.abs().sum((0, 1)) > 0
    rows = torch.nonzero(seen.any(1)).flatten()
    assert network.reach == 7
    assert (rows.min().item(), rows.max().item()) == (15 - 7, 15 + 7)


def test_discriminator_gives_one_logit_for_each_eight_pixels():
    torch.manual_seed(0)
    network = PatchDiscriminator(8)
    logits = network(torch.rand(2, 3, 96, 64) * 2 - 1)
    assert logits.shape == (2, 1, 12, 8)
    for name, layer in network.named_modules():
        if isinstance(layer, torch.nn.Conv2d):
            assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2) < 2, name


def test_weights_between_twins_by_hand():
    a, b = SRGenerator(4, 1), SRGenerator(4, 1)
    for network, value in ((a, 1.0), (b, 3.0)):
        for p in network.parameters():
            torch.nn.init.constant_(p, value)
    for share, wanted in ((0.0, 1.0), (0.25, 1.5), (1.0, 3.0)):
        assert all(torch.equal(w, torch.full_like(w, wanted)) for w in between(a, b, share).values())


# --- training ---------------------------------------------------------------------------------------------------


def test_a_rate_rises_holds_and_falls():
    assert [round(falling(p), 3) for p in (0, 0.005, 0.01, 0.3, 0.65, 1)] == [0.1, 0.55, 1, 1, 0.505, 0.01]


def test_shifted_pictures_stay_together():
    page = torch.arange(100.0).view(1, 1, 10, 10)
    for seed in range(8):
        a, b = shifted(torch.Generator().manual_seed(seed), page, 2 * page)
        assert a.shape == (1, 1, 7, 7) and torch.equal(2 * a, b)
    corners = {shifted(torch.Generator().manual_seed(s), page)[0][0, 0, 0, 0].item() for s in range(200)}
    assert corners == {10.0 * y + x for y in range(4) for x in range(4)}


def test_lpips_with_gradients_is_lpips(metric_files):
    lpips = Lpips.load(*metric_files)
    a, b = torch.rand(2, 3, 64, 64) * 2 - 1, torch.rand(2, 3, 64, 64) * 2 - 1
    a.requires_grad_()
    far = lpips.distance(lpips.feature_extractor(a, LAYERS), lpips.feature_extractor(b, LAYERS))
    assert torch.allclose(far.detach(), lpips(a.detach(), b), rtol=1e-4)
    far.sum().backward()
    assert a.grad.isfinite().all() and a.grad.abs().sum() > 0
    assert lpips(b, b).abs().max() < 1e-6


def test_first_act_comes_closer(lesson):
    small, large = lesson.photographs.draw(2, 24, lesson.random)

    def wrong(network) -> float:
        with torch.no_grad():
            return (network(small) - large).abs().mean().item()

    before = wrong(lesson.generator)
    for _ in range(12):
        lesson.one_step(0.1)
    assert wrong(lesson.generator) < 0.9 * before and wrong(lesson.average.network) < before
    assert list(lesson.weights()) == ["srgan_faithful"]


def test_second_act_begins_at_the_average_and_leaves_the_faithful_twin(lesson):
    for _ in range(3):
        lesson.one_step(0.1)
    average = copy.deepcopy(lesson.average.network)
    eyes = lesson.lpips.feature_extractor
    before = [[p.clone() for p in n.parameters()] for n in (average, lesson.discriminator, eyes, average)]
    said = lesson.one_step(0.6)
    networks = lesson.generator, lesson.discriminator, eyes, lesson.faithful
    moved = [
        any(not torch.equal(p, q) for p, q in zip(n.parameters(), old, strict=True))
        for n, old in zip(networks, before, strict=True)
    ]
    assert moved == [True, True, False, False]
    near = zip(lesson.generator.parameters(), average.parameters(), strict=True)
    assert max((p - q).abs().max() for p, q in near) < 1e-5  # one step at a fiftieth of the rate
    assert set(said) == {"far", "seen", "believed", "balance", "told apart"}
    assert list(lesson.weights()) == ["srgan_faithful", "srgan_inventive"]
    assert all(p.requires_grad for p in lesson.discriminator.parameters())


def test_discriminator_learns_to_tell_enlargements_from_photographs(lesson):
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 256, (96, 128, 3), dtype=np.uint8))
    lesson.photographs = Photographs([[make_pair(noisy)]], [1.0])
    for _ in range(6):
        lesson.one_step(0.6)
    small, large = lesson.photographs.draw(2, 24, lesson.random)
    with torch.no_grad():
        apart = lesson.discriminator(large) - lesson.discriminator(lesson.generator(small))
    assert apart.mean() > 0.05


def test_scores_by_hand(metric_files):
    flat, picture = make_pair(Image.new("RGB", (64, 64), (90, 90, 90))), make_pair(photo(64, 64))
    p, s, d = score(bicubic, [flat], Lpips.load(*metric_files))
    assert (p, s, d) == (pytest.approx(100), pytest.approx(1), pytest.approx(0, abs=1e-6))
    p, s, d = score(lambda small: torch.zeros(1, 3, 64, 64), [picture], Lpips.load(*metric_files))
    wrong = ((picture.large.float() - 128) / 255).square().mean()  # 0 in [-1, 1] rounds to level 128
    assert p == pytest.approx(-10 * torch.log10(wrong).item(), abs=1e-3) and s < 0.9 and d > 0


def test_the_script_trains_saves_and_goes_on(tmp_path, metric_files, capsys):
    with zipfile.ZipFile(tmp_path / "superres.zip", "w") as archive:
        for k, name in enumerate(("train/a", "train/b", "test/set5/c", "test/set14/d", "test/bsd100/e")):
            photo(160, 148, k).save(tmp_path / "one.png")
            archive.write(tmp_path / "one.png", f"{name}.png")
    assert [len(pairs) for pairs in load_tests(tmp_path).values()] == [1, 1, 1]
    assert [p.small.shape for p in shown(load_tests(tmp_path))] == [(3, 36, 36)] * 3
    told = [
        "--data", tmp_path, "--out", tmp_path, "--device", "cpu", "--batch", "1", "--threads", "1",
        "--features", metric_files[0], "--lpips", metric_files[1], "--score-minutes", "9",
    ]  # fmt: skip
    for options in (["--steps", "4"], ["--steps", "6", "--resume", tmp_path / "srgan_state.safetensors"]):
        train.main([str(word) for word in (*told, *options)])
        said = capsys.readouterr().out
        assert f"srgan: {options[1]} steps" in said and "Set5" in said and "told apart" in said
        for name in ("faithful", "inventive"):
            load_strictly(SRGenerator(), tmp_path / f"srgan_{name}.safetensors")
    assert {path.name for path in tmp_path.glob("*.png")} == {"one.png", "srgan_000004.png", "srgan_000006.png"}
