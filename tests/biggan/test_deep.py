"""BigGAN-deep from the Hub: the published layout, spectral norm worked in, every layer's sum spelt out, the sampler."""

import math
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from loopback_hub import loopback_hub

from gan_models.biggan.checkpoints import CHECKPOINTS
from gan_models.biggan.deep import DEEP_128, EPSILON, DeepGenerator, between
from gan_models.biggan.hub_pipeline import DeepSampler
from gan_models.biggan.key_maps import without_spectral_norm
from gan_models.core.point import Point
from gan_models.core.store import CheckpointError, load_strictly
from tests.published import layout, megabytes, shapes

KEYS = layout(Path(__file__).with_name("deep_keys.txt"))  # the state of pytorch-pretrained-biggan 0.1.1's BigGAN()
CPU = torch.device("cpu")


def small() -> DeepGenerator:
    return DeepGenerator(width=8, z_dim=16, classes=12)


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    """A small network's numbers under the authors' names, with the vectors that the power method would find."""
    torch.manual_seed(2)
    state = {}
    for name, value in small().state_dict().items():
        if name.endswith("running_vars"):
            value = torch.rand_like(value) + 0.5
        elif name.endswith(("running_means", "bias", "gamma", "bn.weight")):
            value = torch.randn_like(value) / 3
        elif name != "embeddings.weight":
            u, _, v = torch.linalg.svd(value.flatten(1), full_matrices=False)
            layer = name.removesuffix(".weight")
            state |= {f"{layer}.weight_u": u[:, 0], f"{layer}.weight_v": v[0]}
            name, value = f"{layer}.weight_orig", value * 3
        state[name] = value
    return state


def spelt_out(state: dict, z: torch.Tensor, rows: torch.Tensor, truncation: float) -> torch.Tensor:
    """The published sums on the published names; truncations that were measured alone."""
    place = round(truncation * 50)

    def weight(name):
        w, u, v = (state[f"{name}.weight_{part}"] for part in ("orig", "u", "v"))
        return w / torch.dot(u, w.flatten(1).mv(v))

    def conv(x, name):
        w = weight(name)
        return F.conv2d(x, w, state.get(f"{name}.bias"), padding=w.shape[-1] // 2)

    def norm(x, name):
        scale, shift = (F.linear(condition, weight(f"{name}.{part}")) for part in ("scale", "offset"))
        mean, var = (state[f"{name}.running_{part}"][place][:, None, None] for part in ("means", "vars"))
        return (x - mean) / torch.sqrt(var + EPSILON) * (1 + scale[..., None, None]) + shift[..., None, None]

    def twice(x):
        return x.repeat_interleave(2, 2).repeat_interleave(2, 3)

    condition = torch.cat([z, rows @ state["embeddings.weight"].T], 1)
    x = F.linear(condition, weight("generator.gen_z"), state["generator.gen_z.bias"])
    x = x.view(-1, 4, 4, 16 * 8).permute(0, 3, 1, 2)
    for k, (enlarges, before, after) in enumerate(DEEP_128):
        if k == 8:
            at, (n, c, h, w) = "generator.layers.8.snconv1x1_", x.shape
            theta = conv(x, at + "theta").view(n, c // 8, h * w)
            phi = F.max_pool2d(conv(x, at + "phi"), 2).view(n, c // 8, h * w // 4)
            g = F.max_pool2d(conv(x, at + "g"), 2).view(n, c // 2, h * w // 4)
            looks = torch.einsum("ncq,ncp->nqp", theta, phi).softmax(2)
            seen = torch.einsum("ncp,nqp->ncq", g, looks).view(n, c // 2, h, w)
            x = x + state["generator.layers.8.gamma"] * conv(seen, at + "o_conv")
        layer = f"generator.layers.{k + (k >= 8)}"
        y = conv(norm(x, f"{layer}.bn_0").relu(), f"{layer}.conv_0")
        y = norm(y, f"{layer}.bn_1").relu()
        y = conv(twice(y) if enlarges else y, f"{layer}.conv_1")
        y = conv(norm(y, f"{layer}.bn_2").relu(), f"{layer}.conv_2")
        y = conv(norm(y, f"{layer}.bn_3").relu(), f"{layer}.conv_3")
        x = x[:, : x.shape[1] // 2] if before != after else x
        x = y + (twice(x) if enlarges else x)
    mean, var, gain, shift = (
        state[f"generator.bn.{part}"] for part in ("running_means", "running_vars", "weight", "bias")
    )
    x = F.batch_norm(x, mean[place], var[place], gain, shift, eps=EPSILON).relu()
    return conv(x, "generator.conv_to_rgb")[:, :3].tanh()


def test_the_published_names_and_shapes_are_ours():
    with torch.device("meta"):
        ours = DeepGenerator()
    assert shapes(without_spectral_norm(KEYS)) == shapes(ours.state_dict())
    assert megabytes(KEYS) == pytest.approx(211, abs=0.5)  # what the Hub's page says of the file
    assert sum(p.numel() for p in ours.parameters()) == CHECKPOINTS["things-biggan-deep"].parameters
    assert CHECKPOINTS["things-biggan-deep"].key_map is without_spectral_norm


def test_spectral_norm_is_worked_into_the_weights(published):
    made = without_spectral_norm(published)
    for name in (n.removesuffix("_u") for n in published if n.endswith("weight_u")):
        assert torch.linalg.matrix_norm(made[name].flatten(1), 2) == pytest.approx(1, abs=1e-4), name
    old = {name: value for name, value in published.items() if not name.endswith("weight_v")}
    old["generator.gen_z.weight"] = published["generator.gen_z.weight_orig"]  # as PyTorch 1.0 stored it as well
    again = without_spectral_norm(old)
    assert again.keys() == made.keys()
    assert all(torch.allclose(again[name], made[name], atol=1e-5) for name in made)


@pytest.mark.parametrize("truncation", [0.4, 1.0])
def test_pictures_are_what_the_authors_code_draws(published, tmp_path, truncation):
    torch.save(published, tmp_path / "pytorch_model.bin")
    network = load_strictly(small(), tmp_path / "pytorch_model.bin", without_spectral_norm)
    z, rows = torch.randn(2, 16), torch.eye(12)[[3, 11]]
    pictures = network(z, rows, torch.full((2,), truncation))
    assert pictures.shape == (2, 3, 128, 128) and pictures.std() > 0.05
    assert torch.allclose(pictures, spelt_out(published, z, rows, truncation), atol=1e-5)


def test_a_file_that_differs_is_refused(published, tmp_path):
    wrong = {n: v for n, v in published.items() if n != "generator.layers.3.conv_1.weight_u"}
    for state in (wrong, published | {"generator.more": torch.ones(1)}):
        torch.save(state, tmp_path / "pytorch_model.bin")
        with pytest.raises(CheckpointError, match="does not fit DeepGenerator"):
            load_strictly(small(), tmp_path / "pytorch_model.bin", without_spectral_norm)


def test_statistics_lie_between_the_truncations_that_were_measured():
    rows = torch.arange(51.0)[:, None]
    found = between(rows, torch.tensor([0, 0.02, 0.41, 0.455, 0.58, 1.0, 1.2]))
    assert found.flatten().tolist() == pytest.approx([0, 1, 20.5, 22.75, 29, 50, 50], abs=1e-4)


def test_the_sampler_truncates_and_tells_the_truncation():
    told = []

    class Spy(DeepGenerator):
        def forward(self, z, weights, truncation):
            told.append((z, weights, truncation))
            return super().forward(z, weights, truncation)

    torch.manual_seed(0)
    sampler = DeepSampler(Spy(8, z_dim=16, classes=12), CPU)
    points = [Point(seed=1, label=11, truncation=0.5), Point(seed=2, truncation=1.2)]
    assert sampler.pictures(points).shape == (2, 3, 128, 128)
    z, weights, truncation = told[0]
    assert weights.argmax(1).tolist() == [11, 0] and truncation.tolist() == [0.5, 1.0]
    assert z[0].abs().max() <= 1.0
    few = sampler.choose([7, 2])
    few.pictures([Point(label=1)])
    assert few.classes == 2 and told.pop(1)[1].argmax() == 2
    assert sampler.path(points[0], points[1], 3).shape == (3, 3, 128, 128)
    assert told[1][2].tolist() == pytest.approx([0.5, 0.75, 1.0])
    many = sampler.place(torch.randn(20_000, 1))
    assert many.abs().max() <= 2 and many.std() == pytest.approx(0.8796, abs=0.01)  # of a normal cut off at 2
    inside = torch.tensor([[1.0]])
    share = math.erf(1 / math.sqrt(2)) * math.erf(math.sqrt(2))
    assert math.erf(sampler.place(inside).item() / math.sqrt(2)) == pytest.approx(share, abs=1e-5)
    assert torch.allclose(sampler.directions @ sampler.directions.T, torch.eye(5), atol=1e-5)


def test_it_comes_from_the_hub(published, tmp_path, monkeypatch):
    """The entry, on a server of this machine, with a small network in place of the large one."""
    import dataclasses

    from gan_models.core import store

    torch.save(published, tmp_path / "file")
    with loopback_hub() as hub:
        entry = dataclasses.replace(CHECKPOINTS["things-biggan-deep"], build=small)
        hub.add(entry.repo_id, {entry.file: (tmp_path / "file").read_bytes()})
        network, located = store.load_network(entry, endpoint=hub.url, cache_dir=tmp_path / "cache", deadline_s=10.0)
    assert located.origin == "hub" and network.embeddings.weight.equal(published["embeddings.weight"])
