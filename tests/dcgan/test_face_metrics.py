"""Distances between sets of faces, by hand where a hand can do it."""

import pytest
import torch
from safetensors.torch import save_file

from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet
from gan_models.dcgan.evaluate import nearest, to_levels
from gan_models.metrics.squeezenet import squeeze_distances, squeeze_features


def test_nearest_by_hand():
    rows, others = torch.tensor([[0.0, 0.0], [3.0, 4.0]]), torch.tensor([[0.0, 1.0], [3.0, 4.5]])
    assert nearest(rows, others).tolist() == [1.0, 0.5]
    assert nearest(rows, rows).tolist() == [0.0, 0.0]
    assert nearest(rows, rows, apart=True).tolist() == [5.0, 5.0]
    many = torch.arange(1200.0)[:, None] ** 2  # more than one page of 500
    assert nearest(many, many, apart=True)[[0, 600, 1199]].tolist() == [1.0, 1199.0, 2397.0]


def test_levels_are_those_of_a_picture():
    assert to_levels(torch.tensor([-1.0, 0.0, 1.0, 0.001])).mul(127.5).add(127.5).tolist() == pytest.approx(
        [0, 128, 255, 128], abs=1e-4
    )


def test_features_tell_pictures_apart_and_not_batches(tmp_path):
    state = {k: v.half() for k, v in SqueezeNetFeatures().state_dict().items()}
    save_file(state | {"classifier.1.weight": torch.zeros(2).half()}, tmp_path / "eyes.safetensors")
    feature_extractor = load_squeezenet(tmp_path / "eyes.safetensors")
    assert not any(p.requires_grad for p in feature_extractor.parameters())
    pictures = torch.rand(3, 3, 64, 64) * 2 - 1
    features = squeeze_features(feature_extractor, pictures, batch=2)
    assert features.shape == (3, 512)
    torch.testing.assert_close(features[2:], squeeze_features(feature_extractor, pictures[2:]), atol=1e-4, rtol=1e-3)


def test_a_set_is_close_to_itself_and_far_from_another():
    torch.manual_seed(0)
    real = torch.rand(300, 6)
    fd, kd = squeeze_distances(real, real)
    far_fd, far_kd = squeeze_distances(real + 1, real)
    assert fd == pytest.approx(0, abs=1e-6) and kd < 1
    assert far_fd == pytest.approx(6, rel=1e-3)
    assert far_kd > 100
    doubled = squeeze_distances(2 * real + 2, 2 * real)  # KD does not depend on the features' scale, FD does
    assert doubled[0] == pytest.approx(4 * far_fd, rel=1e-3)
    assert doubled[1] == pytest.approx(far_kd, rel=1e-3)
