"""The last act of the style-based GAN: wider networks, more critics, what is recorded and what is augmented."""

import zipfile
from io import BytesIO

import pytest
import timm
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.stylegan import networks
from gan_models.stylegan.critic import EqualizedConv, ResidualDiscriminator
from gan_models.stylegan.growing import widen
from gan_models.stylegan.networks import StyleEncoder, StyleGANDiscriminator, StyleGANGenerator
from gan_models.stylegan.polish import SURE, WEIGHTS, main
from gan_models.training import trainer
from gan_models.training.captured import Captured
from gan_models.training.efficientnet import CHANNELS, NAME, STRIDES, EfficientNetFeatures
from gan_models.training.loop import save_weights
from gan_models.training.trainer import set_rate


def narrow_generator(monkeypatch, resolution: int) -> StyleGANGenerator:
    """One of fewer channels, as it was before the last act."""
    with monkeypatch.context() as before:
        before.setitem(networks.WIDTHS, 32, 80)
        before.setitem(networks.WIDTHS, 64, 48)
        return StyleGANGenerator(resolution)


@pytest.fixture(scope="module")
def eyes(tmp_path_factory):
    """An EfficientNet that nobody trained."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("eyes") / "efficientnet.safetensors"
    save_file({k: v.contiguous() for k, v in timm.create_model(NAME).state_dict().items()}, path)
    return path


def test_a_wider_generator_draws_the_same_pictures(monkeypatch):
    torch.manual_seed(0)
    narrow, wide = narrow_generator(monkeypatch, 128), StyleGANGenerator(128)
    narrow.mean_w.uniform_()
    widen(wide, narrow.state_dict())
    z = torch.randn(3, narrow.z_dim)
    with torch.no_grad():
        assert torch.allclose(narrow(z, 0.7), wide(z, 0.7), atol=1e-5)
    assert sum(p.numel() for p in wide.parameters()) > sum(p.numel() for p in narrow.parameters())
    wide(z).sum().backward()
    listened = wide.synthesis.layers[-1].conv.weight.grad  # the finest layer enlarges: inputs come first
    assert listened[80:].abs().max() > 0, "new channels learn"
    with pytest.raises(RuntimeError):
        widen(narrow, wide.state_dict())


def test_the_features_are_those_of_timm(eyes):
    found = EfficientNetFeatures(eyes)
    assert not any(p.requires_grad for p in found.parameters()) and not found.training
    pictures = torch.rand(2, 3, 128, 128) * 2 - 1
    seen = found(pictures)
    assert [tuple(x.shape) for x in seen] == [
        (2, c, 128 // s, 128 // s) for c, s in zip(CHANNELS, STRIDES, strict=True)
    ]
    whole = timm.create_model(NAME, num_classes=0, global_pool="")
    whole.load_state_dict({k: v for k, v in load_file(eyes).items() if not k.startswith("classifier.")})
    last = whole.eval().blocks(whole.bn1(whole.conv_stem(pictures)))
    assert torch.allclose(seen[-1], last, atol=1e-4)


def test_equalized_convolutions_keep_the_variance():
    torch.manual_seed(0)
    conv = EqualizedConv(64, 32, 3)
    assert conv.weight.std().item() == pytest.approx(1, abs=0.03)
    with torch.no_grad():
        assert conv(torch.randn(4, 64, 24, 24))[:, :, 2:-2, 2:-2].var().item() == pytest.approx(1, abs=0.1)


def test_the_residual_discriminator_sees_that_pictures_are_alike():
    torch.manual_seed(0)
    judge = ResidualDiscriminator().requires_grad_(False)
    pictures = torch.rand(4, 3, 128, 128) * 2 - 1
    logits = judge(pictures)
    assert logits.shape == (4,) and torch.isfinite(logits).all() and 0.01 < logits.std() < 30
    alone = judge(pictures[:1].expand(4, -1, -1, -1))
    assert torch.allclose(alone, alone[:1].expand(4), atol=1e-4)
    assert (alone[0] - logits[0]).abs() > 1e-4, "the same picture, among others"


def test_rates_that_lie_in_tensors_stay_there():
    where = torch.zeros(())
    group = {"lr": where}
    set_rate(group, 0.25)
    assert group["lr"] is where and where.item() == 0.25
    plain = {"lr": 0.1}
    set_rate(plain, 0.5)
    assert plain["lr"] == 0.5


def test_a_step_is_simply_taken_without_cuda():
    taken = []
    step = Captured(lambda: taken.append(1) or {"loss": torch.tensor(float(len(taken)))}, torch.device("cpu"))
    assert [step()["loss"].item() for _ in range(3)] == [1, 2, 3]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="a graph is recorded on CUDA alone")
def test_a_recorded_step_goes_on_learning():
    device = torch.device("cuda")
    torch.manual_seed(0)
    layer = nn.Linear(4, 1, device=device)
    optimiser = torch.optim.Adam(layer.parameters(), lr=torch.tensor(0.05, device=device), capturable=True)

    def step():
        x = torch.randn(64, 4, device=device)
        loss = (layer(x) - x.sum(1, keepdim=True)).square().mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    recorded = Captured(step, device)
    losses = [recorded()["loss"].item() for _ in range(200)]
    assert losses[-1] < 0.01 * losses[0] and len(set(losses)) > 150, "other pictures each time"


@pytest.fixture
def polish(eyes, tmp_path, monkeypatch):
    """A run on six portraits of one colour each, from weights with fewer channels."""
    torch.manual_seed(0)
    monkeypatch.setattr(trainer, "SHOWN", 4)
    with zipfile.ZipFile(tmp_path / "faces128.zip", "w") as archive:
        for k in range(6):
            raw = BytesIO()
            Image.new("RGB", (128, 128), (40 * k, 128, 255 - 40 * k)).save(raw, "WEBP")
            archive.writestr(f"train/{k}.webp", raw.getvalue())
    save_file(SqueezeNetFeatures().features.state_dict(prefix="features."), tmp_path / "squeezenet.safetensors")
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    save_weights(narrow_generator(monkeypatch, 128), shipped / "stylegan_generator.safetensors", half=True)
    save_weights(StyleGANDiscriminator(128), shipped / "stylegan_discriminator.safetensors", half=True)
    save_weights(StyleEncoder(128), shipped / "stylegan_encoder.safetensors", half=True)

    def run(*options):
        return main(["--data", str(tmp_path), "--features", str(tmp_path / "squeezenet.safetensors"),
                     "--eyes", str(eyes), "--resume", str(shipped), "--out", str(tmp_path / "out"),
                     "--device", "cpu", "--batch", "4", *map(str, options)])  # fmt: skip

    return run


@pytest.mark.slow
def test_critics_learn_first_and_then_all_but_the_encoder(polish, tmp_path, capsys):
    run = polish("--introduce", 2, "--steps", 2)
    assert (run.seen["introduced"], run.seen["played"], run.seen["pictures"]) == (2, 0, 8)
    shipped = load_file(tmp_path / "shipped/stylegan_discriminator.safetensors")
    assert not torch.equal(run.pixels.last.weight.half(), shipped["last.weight"])
    still = StyleGANGenerator(128)
    widen(still, load_file(tmp_path / "shipped/stylegan_generator.safetensors"))
    moved = [
        n
        for n, p in still.named_parameters()
        if n.startswith("mapping") and not torch.equal(p, run.generator.get_parameter(n))
    ]
    assert not moved, "the generator waits"

    run = polish("--introduce", 1, "--steps", 3)
    assert (run.seen["introduced"], run.seen["played"]) == (1, 2)
    assert not torch.equal(still.mapping.layers[0].weight, run.generator.mapping.layers[0].weight)
    encoder = load_file(tmp_path / "shipped/stylegan_encoder.safetensors")
    assert all(torch.equal(v.half(), encoder[k]) for k, v in run.encoder.state_dict().items())
    said = capsys.readouterr().out
    assert all(f"{name} " in said for name in WEIGHTS) and "share 0.000" in said
    written = {p.stem for p in (tmp_path / "out").glob("*.safetensors")} - {"stylegan_state"}
    assert written == {"stylegan_generator", "stylegan_discriminator", "stylegan_encoder"}
    assert all(torch.isfinite(v).all() for v in load_file(tmp_path / "out/stylegan_generator.safetensors").values())

    run.sure.fill_(SURE + 0.1)  # real pictures are told too surely: more are augmented
    run.adapt()
    more = run.share.item()
    run.sure.fill_(SURE - 0.1)
    run.adapt()
    assert more > 0 and run.share.item() == 0
    rates = run.rates(0.99)
    assert rates["optimise_g"] < 0.1 * run.args.lr
