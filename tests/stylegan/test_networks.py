"""The style-based networks by their values: what styles do, how features are scaled, how pictures come together."""

import pytest
import torch
import torch.nn.functional as F

from gan_models.stylegan.layers import ModulatedConv, StyledLayer, ToRGB
from gan_models.stylegan.networks import (
    LAYERS,
    StyleEncoder,
    StyleGANDiscriminator,
    StyleGANGenerator,
    group_deviation,
)


@pytest.fixture(scope="module")
def generator() -> StyleGANGenerator:
    torch.manual_seed(0)
    return StyleGANGenerator(32, z_dim=6, w_dim=5).requires_grad_(False)


@pytest.mark.parametrize(("up", "demodulate"), [(False, True), (False, False), (True, True)])
def test_scaling_activations_is_scaling_weights(up, demodulate):
    """One picture at a time with weights of its own, as StyleGAN2 writes it (equations 1 and 3)."""
    torch.manual_seed(0)
    conv = ModulatedConv(6, 4, w_dim=5, up=up, demodulate=demodulate)
    x, w = torch.randn(3, 6, 8, 8), torch.randn(3, 5)
    found = conv(x, w)
    assert found.shape == (3, 4, 16, 16) if up else (3, 4, 8, 8)
    for k, style in enumerate(conv.to_style(w)):
        if up:
            weight = conv.weight * conv.scale * style[:, None, None, None]
            norm = (weight.square().sum((0, 2, 3), keepdim=True) / 4 + 1e-8).sqrt()
            expected = F.conv_transpose2d(x[k : k + 1], weight / norm, stride=2, padding=1)
        else:
            weight = conv.weight * conv.scale * style[:, None, None]
            norm = (weight.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt() if demodulate else 1.0
            expected = F.conv2d(x[k : k + 1], weight / norm, padding=1)
        assert torch.allclose(found[k : k + 1], expected, atol=1e-5)


@pytest.mark.parametrize("up", [False, True])
def test_demodulated_outputs_have_unit_variance(up):
    """Whatever the style and the weights, features of variance 1 go in and come out."""
    torch.manual_seed(0)
    conv = ModulatedConv(64, 32, w_dim=5, up=up)
    conv.weight.data.mul_(7)
    x, w = torch.randn(8, 64, 24, 24), 3 * torch.randn(8, 5)
    inside = conv(x, w)[:, :, 4:-4, 4:-4]  # the border sees zeros
    assert inside.var().item() == pytest.approx(1, abs=0.03)
    assert inside.var((2, 3)).mean(1).sub(1).abs().max() < 0.1  # of each picture


def test_noise_is_added_with_its_learned_strength():
    torch.manual_seed(0)
    layer = StyledLayer(3, 2, w_dim=4)
    x, w, noise = torch.randn(2, 3, 4, 4), torch.randn(2, 4), torch.randn(1, 1, 4, 4)
    assert torch.equal(layer(x, w, noise), layer(x, w, None))  # its strength begins at 0
    layer.noise_strength.data.fill_(0.5)
    expected = F.leaky_relu(layer.conv(x, w) + layer.bias[:, None, None] + 0.5 * noise, 0.2) * 2**0.5
    assert torch.allclose(layer(x, w, noise), expected)


def test_four_pixels_at_once_land_side_by_side():
    """Channels 4c to 4c + 3 are the corners of colour c: top left, top right, bottom left, bottom right."""
    to_rgb = ToRGB(3, w_dim=4)
    to_rgb.bias.data.copy_(torch.arange(12.0))
    picture = to_rgb(torch.zeros(1, 3, 2, 2), torch.zeros(1, 4))
    assert picture.shape == (1, 3, 4, 4)
    for colour in range(3):
        corners = torch.tensor([[0.0, 1.0], [2.0, 3.0]]) + 4 * colour
        assert torch.equal(picture[0, colour], corners.repeat(2, 2))


def test_a_picture_is_the_sum_of_its_sizes(generator):
    """With all ToRGB but the coarsest silenced, what is left is that one's picture, enlarged twice."""
    w = generator.spread(torch.randn(2, 5))
    whole = generator.synthesis(w)
    coarse = StyleGANGenerator(32, z_dim=6, w_dim=5).requires_grad_(False)
    coarse.load_state_dict(generator.state_dict())
    for to_rgb in coarse.synthesis.to_rgb[1:]:
        to_rgb.conv.weight.zero_()
    x = F.leaky_relu(coarse.synthesis.start(w[:, 0]), 0.2).view(2, -1, 4, 4) * 2**0.5
    x = coarse.synthesis.layers[0](x, w[:, 0], None)
    expected = coarse.synthesis.to_rgb[0](x, w[:, 0])
    for _ in coarse.synthesis.to_rgb[1:]:
        expected = F.interpolate(expected, scale_factor=2, mode="bilinear", align_corners=False)
    found = coarse.synthesis(w)
    assert found.shape == whole.shape == (2, 3, 32, 32)
    assert torch.allclose(found, expected, atol=1e-5)
    assert (whole - found).abs().mean() > 0.05


def test_styles_of_late_layers_leave_the_coarse_features_alone(generator):
    """A style from layer k on changes the picture; the features before that layer stay, to the bit."""
    first, other = generator.spread(torch.randn(1, 5)).clone(), torch.randn(1, 5)
    mixed = first.clone()
    mixed[:, 3:] = other
    seen = []
    hook = generator.synthesis.layers[2].register_forward_hook(lambda *call: seen.append(call[2]))
    pictures = [generator.synthesis(w) for w in (first, mixed)]
    hook.remove()
    assert torch.equal(*seen)
    assert (pictures[0] - pictures[1]).abs().mean() > 0.01


def test_noise_fits_every_layer_and_repeats_with_its_seed(generator):
    noise = generator.synthesis.noise(2, torch.Generator().manual_seed(3))
    assert len(noise) == generator.synthesis.layer_count == sum(LAYERS[s] for s in (4, 8, 16))
    assert [n.shape[2] for n in noise] == [s for s in (4, 8, 16) for _ in range(LAYERS[s])]
    again = generator.synthesis.noise(2, torch.Generator().manual_seed(3))
    assert all(torch.equal(a, b) for a, b in zip(noise, again, strict=True))


def test_truncation_draws_towards_the_mean(generator):
    generator.mean_w.copy_(torch.arange(5.0))
    z = torch.randn(3, 6)
    w = generator.mapping(z)
    assert torch.equal(generator.styles(z), w)
    assert torch.allclose(generator.styles(z, 0.25), generator.mean_w + 0.25 * (w - generator.mean_w), atol=1e-6)
    means = generator(z, truncation=0.0)
    assert torch.allclose(means[0], means[1], atol=1e-5)  # the mean face, whatever the noise
    assert torch.allclose(means[:1], generator.synthesis(generator.spread(generator.mean_w[None])), atol=1e-5)
    generator.mean_w.zero_()


def test_minibatch_deviation_by_hand():
    """Two groups of two: pictures 0 and 2 differ by 2 everywhere (deviation 1), 1 and 3 by 6 (deviation 3)."""
    x = torch.zeros(4, 3, 2, 2)
    x[2], x[3] = 2.0, 6.0
    found = group_deviation(x, group=2)
    assert found.shape == (4, 1, 2, 2)
    assert torch.allclose(found[:, 0, 0, 0], torch.tensor([1.0, 3.0, 1.0, 3.0]), atol=1e-4)
    assert torch.equal(found, found[:, :, :1, :1].expand_as(found))
    assert group_deviation(torch.randn(3, 2, 2, 2), group=2).abs().max() < 1e-3  # 3 has no pairs: groups of one


def test_a_discriminator_sees_that_all_pictures_are_alike():
    torch.manual_seed(0)
    discriminator = StyleGANDiscriminator(32, group=2)
    picture = 100 * torch.randn(1, 3, 32, 32)  # large: untrained layers let little through
    beside_itself = discriminator(picture.repeat(2, 1, 1, 1))[0]
    beside_another = discriminator(torch.cat([picture, -picture]))[0]
    assert beside_itself.shape == () and abs(beside_itself - beside_another) > 1e-4
    alone = StyleGANDiscriminator(32, group=1)
    assert torch.allclose(alone(picture.repeat(2, 1, 1, 1))[0], alone(torch.cat([picture, -picture]))[0], rtol=1e-4)


@pytest.mark.parametrize("resolution", [32, 64, 128])
def test_every_size(resolution):
    pictures = StyleGANGenerator(resolution)(torch.randn(2, 128))
    assert pictures.shape == (2, 3, resolution, resolution)
    assert StyleGANDiscriminator(resolution)(pictures).shape == (2,)
    mean, log_variance = StyleEncoder(resolution)(pictures)
    assert mean.shape == log_variance.shape == (2, 128)
    assert log_variance.min() >= -8 and log_variance.max() <= 2
