"""The digit networks, their training step and the pipeline on the weights that ship."""

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models.cgan import pipeline as pipeline_module
from gan_models.cgan.networks import DigitDiscriminator, DigitGenerator
from gan_models.cgan.pipeline import DigitPipeline, fold_norms, parse_digits
from gan_models.classifiers.digits import DigitClassifier
from gan_models.core.errors import BadRequest
from gan_models.core.store import Located
from gan_models.training.losses import discriminator_logistic, generator_nonsaturating, r1_penalty

GOLDEN = "tests/golden/digits.png"


def test_shapes_and_range():
    z, labels = torch.randn(3, 5), torch.tensor([0, 4, 9])
    out = DigitGenerator(z_dim=5, width=2)(z, labels)
    assert out.shape == (3, 1, 28, 28)
    assert out.abs().max() <= 1
    assert DigitDiscriminator(width=2)(out, labels).shape == (3,)
    classifier = DigitClassifier(width=2).eval()
    assert classifier(out).shape == (3, 10)
    assert classifier.features(out).shape == (3, 128)


def test_a_mixture_of_one_class_is_that_class():
    generator = DigitGenerator(z_dim=5, width=2).eval()
    z = torch.randn(2, 5)
    one_hot = torch.eye(10)[[3, 8]]
    assert torch.allclose(generator(z, one_hot), generator(z, torch.tensor([3, 8])), atol=1e-6)


def test_folding_norms_changes_nothing():
    generator = DigitGenerator(z_dim=5, width=4)
    with torch.no_grad():  # running statistics and weights that are not the initial ones
        for _ in range(5):
            generator(torch.randn(16, 5) * 2, torch.randint(10, (16,)))
        for norm in (generator.norm14, generator.norm28):
            norm.weight.uniform_(0.5, 2)
            norm.bias.uniform_(-1, 1)
    generator.eval()
    z, labels = torch.randn(4, 5), torch.arange(4)
    with torch.no_grad():
        before = generator(z, labels)
        after = fold_norms(generator)(z, labels)
    assert torch.allclose(before, after, atol=1e-5)
    assert isinstance(generator.norm14, torch.nn.Identity)


def test_one_real_optimisation_step():
    """A step of the discriminator, then one of the generator, lowers its own loss on the same batch."""
    torch.manual_seed(0)
    generator, discriminator = DigitGenerator(z_dim=8, width=4), DigitDiscriminator(width=4)
    optimise_c = torch.optim.Adam(discriminator.parameters(), 1e-3)
    optimise_g = torch.optim.Adam(generator.parameters(), 1e-3)
    labels = torch.arange(10)
    real = torch.randn(10, 1, 28, 28).clamp(-1, 1).requires_grad_(True)
    z = torch.randn(10, 8)
    fake = generator(z, labels).detach()

    def discriminator_loss():
        on_real = discriminator(real, labels)
        return discriminator_logistic(on_real, discriminator(fake, labels)) + 0.1 * r1_penalty(on_real, real)

    before = discriminator_loss()
    before.backward()
    optimise_c.step()
    assert discriminator_loss() < before
    before = generator_nonsaturating(discriminator(generator(z, labels), labels))
    optimise_g.zero_grad()
    before.backward()
    optimise_g.step()
    assert generator_nonsaturating(discriminator(generator(z, labels), labels)) < before


@pytest.mark.parametrize(
    ("text", "found"),
    [("1990", [1, 9, 9, 0]), ("24.12.2026", [2, 4, 1, 2, 2, 0, 2, 6]), (" 7 ", [7]), ("+49-30", [4, 9, 3, 0]),
     (1999, [1, 9, 9, 9]), ("٣", [3]), ("1" * 12, [1] * 12)],
)  # fmt: skip
def test_parse_digits(text, found):
    assert parse_digits(text) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "Type a number"), (None, "Type a number"), ("   ", "Type a number"), ("12a", "“a”"), ("🙂", "“🙂”"),
     ("½", "“½”"), ("9" * 13, "more than 12"), ("5" * 500, "more than 12"), (" " * 5000 + "1", "Type"),
     ({"a": 1}, "“{”")],
)  # fmt: skip
def test_bad_texts_say_what_to_do(text, says):
    with pytest.raises(BadRequest, match=says):
        parse_digits(text)


def test_public_contract(digits):
    pictures = digits.generate(labels=[0, 7], seeds=[1, 1])
    assert [(p.mode, p.size) for p in pictures] == [("L", (28, 28))] * 2
    again = digits.generate(labels=[7], seeds=[1])
    assert np.abs(np.asarray(again[0], int) - np.asarray(pictures[1], int)).max() <= 1
    other = digits.generate(labels=[7], seeds=[2])
    assert np.abs(np.asarray(again[0], int) - np.asarray(other[0], int)).max() > 50
    realness = digits.realness(pictures, [0, 7])
    assert all(0 < p < 1 for p in realness)
    assert digits.generate([], []) == []


@pytest.mark.parametrize(("labels", "seeds"), [([10], [1]), ([-1], [1]), ([1, 2], [1]), ([1] * 1001, [1] * 1001)])
def test_bad_requests(digits, labels, seeds):
    with pytest.raises(BadRequest):
        digits.generate(labels, seeds)


def test_golden_picture(digits):
    """Strict loading can pass while pictures are wrong: the shipped weights must draw what they drew when shipped."""
    labels = torch.arange(10).repeat(4)
    vectors = torch.stack([digits.style_vector(s) for s in (1, 2, 3, 4)]).repeat_interleave(10, 0)
    page = pipeline_module.images.grid(pipeline_module.images.raw_coverage(digits.draw(vectors, labels)), 10)
    golden = np.asarray(Image.open(GOLDEN))
    difference = np.abs(page.astype(int) - golden.astype(int))
    assert difference.mean() < 0.5
    assert difference.max() < 32


def test_classifier_and_discriminator_know_a_golden_digit_from_noise(digits):
    """The golden pictures of judge and discriminator: their values on digits that ship in the test folder."""
    golden = torch.from_numpy(np.asarray(Image.open(GOLDEN)).copy()).float().div(127.5).sub(1)
    tiles = golden.reshape(4, 28, 10, 28).transpose(1, 2).reshape(40, 1, 28, 28)
    labels = list(range(10)) * 4
    readings = digits.read(tiles)
    assert [r.label for r in readings] == labels
    assert min(r.confidence for r in readings) > 0.5
    right = digits.realness(tiles, labels)
    wrong = digits.realness(tiles, [(label + 1) % 10 for label in labels])
    noise = digits.realness(torch.rand(40, 1, 28, 28) * 2 - 1, labels)
    assert np.mean(right) > 0.3
    assert np.mean(wrong) < 0.15
    assert np.mean(noise) < 0.15


@pytest.mark.slow
def test_label_accuracy_on_a_thousand_digits(digits):
    labels = torch.arange(1000) % 10
    made = digits.draw(torch.randn(1000, digits.z_dim, generator=torch.Generator().manual_seed(5)), labels)
    right = [r.label == label for r, label in zip(digits.read(made), labels.tolist(), strict=True)]
    assert np.mean(right) > 0.985


def test_sliders_do_what_they_say(digits):
    """Moved from -2 to 2, each named slider changes its own quantity, in every class, and in the right direction."""
    from gan_models.cgan.strokes import STYLE_NAMES, measure_strokes

    labels = torch.arange(10).repeat(12)

    def measured(index: int, amount: float) -> torch.Tensor:
        amounts = [0.0] * 4
        amounts[index] = amount
        vectors = torch.stack([digits.style_vector(s, amounts) for s in range(12)]).repeat_interleave(10, 0)
        return measure_strokes(digits.draw(vectors, labels)).view(12, 10, 3).mean(0)

    for index, _ in enumerate(STYLE_NAMES[:3]):
        change = measured(index, 2.0) - measured(index, -2.0)
        assert (change[:, index] > 0).float().mean() >= 0.8
        assert change[:, index].mean() > 0


def test_one_style_is_one_hand(digits):
    """Slant and weight of a class follow those of the other classes in the same style."""
    from gan_models.cgan.evaluate import one_style
    from gan_models.cgan.strokes import measure_strokes

    vectors = torch.randn(60, digits.z_dim, generator=torch.Generator().manual_seed(3))
    made = digits.draw(vectors.repeat_interleave(10, 0), torch.arange(10).repeat(60))
    slant, weight, _ = one_style(measure_strokes(made).view(60, 10, 3)).tolist()
    assert slant > 0.7
    assert weight > 0.7


def test_another_architecture_in_the_same_pipeline(digits):
    """A generator with 64x64 output is shown and judged at 28x28; its sliders are measured from its own samples."""
    from gan_models.cgan.hub_networks import ConditionalDCGANGenerator

    torch.manual_seed(1)
    generator = ConditionalDCGANGenerator(z_dim=6, width=2).eval()
    pipeline = DigitPipeline(
        generator, digits.discriminator, digits.classifier, torch.device("cpu"), Located(None, "hub")
    )
    assert pipeline.generate([3], [1], [1.0, 0, 0, 0])[0].size == (28, 28)
    assert pipeline.style_directions.shape == (4, 6)


def test_unknown_model_names_the_known_ones():
    from gan_models import list_models, load

    assert "digits" in list_models()
    with pytest.raises(KeyError, match="digits"):
        load("sausages")


def test_device_errors():
    from gan_models.core.device import DeviceUnavailable, pick_device

    assert pick_device("cpu").type == "cpu"
    with pytest.raises(ValueError, match="auto, cpu"):
        pick_device("toaster")
    if not torch.cuda.is_available():
        with pytest.raises(DeviceUnavailable, match="--device"):
            pick_device("cuda")
