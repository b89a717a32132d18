"""Private names of PyTorch against their public twins; this fails when a new version is without them."""

import torch

from gan_models.core.torch_adapter import lerp_all_, norm_of_all


def test_many_averages_at_once_are_each_alone():
    old, new = ([torch.randn(shape) for shape in ((3, 4), (5,), (2, 1, 3))] for _ in range(2))
    expected = [a.clone().lerp_(b, 0.3) for a, b in zip(old, new, strict=True)]
    lerp_all_(old, new, 0.3)
    assert all(torch.equal(a, b) for a, b in zip(old, expected, strict=True))


def test_the_norm_of_all_is_that_of_one_long_vector():
    tensors = [torch.randn(shape) for shape in ((3, 4), (5,), (2, 1, 3))]
    assert torch.allclose(norm_of_all(tensors), torch.cat([t.flatten() for t in tensors]).norm())
