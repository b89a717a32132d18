"""Names of foreign state dicts to ours, and the layout of the public conditional DCGAN."""

import pytest
import torch

from gan_models.cgan.hub_networks import ConditionalDCGANGenerator
from gan_models.core import key_maps
from gan_models.registry import CHECKPOINTS


def test_unchanged_is_a_copy_with_the_same_tensors():
    state = {"a.weight": torch.tensor([1.0]), "b": torch.tensor([2.0])}
    mapped = key_maps.unchanged(state)
    assert mapped == state
    assert mapped is not state
    assert mapped["b"] is state["b"]


def test_prefix_is_dropped_only_where_it_leads():
    one, two, three = torch.tensor(1), torch.tensor(2), torch.tensor(3)
    state = {"module.main.0.weight": one, "main.module.1": two, "module.module.x": three}
    mapped = key_maps.without_prefix("module.")(state)
    assert mapped == {"main.0.weight": one, "main.module.1": two, "module.x": three}
    assert list(state) == ["module.main.0.weight", "main.module.1", "module.module.x"]


def test_renamed_prefix_is_replaced_only_where_it_leads():
    one, two, three = torch.tensor(1), torch.tensor(2), torch.tensor(3)
    state = {"model.0.weight": one, "other.model.1": two, "model.model.x": three}
    mapped = key_maps.rename_prefix("model.", "main.")(state)
    assert mapped == {"main.0.weight": one, "other.model.1": two, "main.model.x": three}
    assert list(state) == ["model.0.weight", "other.model.1", "model.model.x"]


@pytest.mark.parametrize("order", [1, -1])
def test_renaming_never_lets_one_tensor_hide_another(order):
    both = [("model.0.weight", torch.tensor(1)), ("main.0.weight", torch.tensor(2))]
    state = dict(both[::order])
    assert key_maps.rename_prefix("model.", "main.")(state) == state


@pytest.mark.parametrize(("name", "prefix"), [("faces-dcgan-celeba", "main."), ("faces-huggan-dcgan", "model.")])
def test_public_face_generators_take_the_names_their_authors_publish(name, prefix):
    """Noise of 100, width 64, to 64x64 in colour, no biases beside those of the norms; then the key map, strictly."""
    published = {}
    for index, (inputs, outputs) in {0: (100, 512), 3: (512, 256), 6: (256, 128), 9: (128, 64), 12: (64, 3)}.items():
        published[f"{prefix}{index}.weight"] = torch.zeros(inputs, outputs, 4, 4)
        if index < 12:
            for tensor in ("weight", "bias", "running_mean", "running_var"):
                published[f"{prefix}{index + 1}.{tensor}"] = torch.zeros(outputs)
            published[f"{prefix}{index + 1}.num_batches_tracked"] = torch.tensor(0)
    entry = CHECKPOINTS[name]
    network = entry.build()
    network.load_state_dict(entry.key_map(published), strict=True)
    for missing in published:
        if missing.endswith("num_batches_tracked"):  # PyTorch itself fills in what old files lack; no picture needs it
            continue
        rest = {key: value for key, value in published.items() if key != missing}
        with pytest.raises(RuntimeError, match="Missing key"):
            network.load_state_dict(entry.key_map(rest), strict=True)
    published[f"{prefix}0.bias"] = torch.zeros(512)
    with pytest.raises(RuntimeError, match="Unexpected key"):
        network.load_state_dict(entry.key_map(published), strict=True)


def test_public_generator_has_the_published_names_and_shapes():
    """Every tensor of the repository's file: embedding 10x50, then noise and embedding, 150 channels, to 64x64."""
    entry = CHECKPOINTS["digits-cgan-mnist"]
    shapes = {key: tuple(value.shape) for key, value in entry.build().state_dict().items()}
    convolutions = {0: (150, 512), 3: (512, 256), 6: (256, 128), 9: (128, 64), 12: (64, 1)}
    expected = {"label_embed.weight": (10, 50)}
    for index, (inputs, outputs) in convolutions.items():
        expected[f"main.{index}.weight"] = (inputs, outputs, 4, 4)
        if index < 12:
            for name in ("weight", "bias", "running_mean", "running_var"):
                expected[f"main.{index + 1}.{name}"] = (outputs,)
            expected[f"main.{index + 1}.num_batches_tracked"] = ()
    assert shapes == expected


def test_public_generator_entry_states_its_true_size():
    entry = CHECKPOINTS["digits-cgan-mnist"]
    network = entry.build()
    assert sum(parameter.numel() for parameter in network.parameters()) == entry.parameters
    with torch.no_grad():
        pictures = network.eval()(torch.zeros(2, 100), torch.tensor([0, 9]))
    assert pictures.shape == (2, entry.channels, entry.resolution, entry.resolution)


def test_label_reaches_the_picture():
    torch.manual_seed(0)
    network = ConditionalDCGANGenerator(width=2).eval()
    z = torch.randn(1, 100).expand(2, -1)
    first, second = network(z, torch.tensor([3, 8]))
    assert not torch.allclose(first, second)
