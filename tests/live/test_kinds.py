"""Networks that name kinds of digit, and that find them; and what lets a discriminator see a whole batch."""

import math

import pytest
import torch

from gan_models.core.errors import BadRequest
from gan_models.data.mnist import to_signed
from gan_models.live.class_networks import CodeGenerator, code_table
from gan_models.live.invariance import bend, contrast, shared_information
from gan_models.live.minibatch import MinibatchDiscrimination
from gan_models.live.objectives import Discovering, sureness
from gan_models.live.pictures import AHEAD_SIZE, PictureRun, export_generator, frame
from gan_models.live.points import PointRun
from gan_models.live.presets import PRESETS
from gan_models.live.recipes import RECIPES
from gan_models.live.scores import Scorer
from gan_models.live.settings import PointSettings
from gan_models.live.toy_files import open_toy
from tests.live.test_live_pictures import bundled_digits, digit_classifier, make  # noqa: F401
from tests.live.until import one_thread, standing, train_until  # noqa: F401


def test_a_table_of_codes_one_can_count():
    codes = torch.tensor([0, 0, 0, 0, 1, 1, 2, 2])
    read = torch.tensor([7, 7, 7, 3, 3, 3, 9, 1])
    table, purity = code_table(codes, read)
    assert table[:2] == [(7, 0.75), (3, 1.0)] and table[2][1] == 0.5 and table[5][1] == 0
    assert purity == pytest.approx((3 + 2 + 1) / 8)


def test_views_that_agree_tell_most_and_guesses_nothing():
    codes = torch.eye(10).repeat(3, 1)
    assert shared_information(codes, codes).item() == pytest.approx(math.log(10), abs=0.01)
    assert shared_information(codes, codes.roll(1, 0)).item() < math.log(10)
    assert shared_information(codes, torch.full_like(codes, 0.1)).item() == pytest.approx(0, abs=1e-3)
    assert shared_information(codes[:1].expand(30, -1), codes[:1].expand(30, -1)).item() == pytest.approx(0, abs=0.02)


def test_contrast_is_lowest_where_views_lie_together():
    places = torch.eye(8)
    apart, together = torch.cat([places, places.roll(1, 0)]), torch.cat([places, places])
    alone = torch.log(torch.tensor(math.exp(5) + 14.0)) - 5  # two views at distance 0, fourteen others at right angles
    assert contrast(together).item() == pytest.approx(alone.item(), abs=1e-4)
    assert contrast(apart) > contrast(together) + 4


def test_bent_digits_differ_but_remain_digits(mnist, classifier):
    images, labels = mnist
    digits = to_signed(images[::40])
    once, again = (bend(digits, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(once, again) and once.shape == digits.shape and once.min() >= -1 and once.max() <= 1.001
    assert (once - digits).abs().mean() > 0.05
    with torch.no_grad():
        assert (classifier(once).argmax(1) == labels[::40]).float().mean() > 0.93


def test_minibatch_discrimination_by_hand_and_with_two_derivatives():
    layer = MinibatchDiscrimination(2, 3, measures=1, depth=1)
    with torch.no_grad():
        layer.project.copy_(torch.tensor([[1.0], [0.0]]))
    features = torch.tensor([[0.0, 5.0], [0.0, 1.0], [2.0, 0.0]], requires_grad=True)
    expected = torch.tensor([1 + math.exp(-2), 1 + math.exp(-2), 2 * math.exp(-2)]) / 2
    assert torch.allclose(layer.closeness(features).squeeze(1), expected)
    assert torch.equal(layer.closeness(features[:1]), torch.zeros(1, 1))
    (slope,) = torch.autograd.grad(layer(features).square().sum(), features, create_graph=True)
    slope.square().sum().backward()  # as R1 does
    assert layer.project.grad.abs().sum() > 0
    layer.eval()
    assert torch.equal(layer(features)[0], layer(features)[2])
    layer = MinibatchDiscrimination(2, 3).double()
    features = torch.randn(5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    assert torch.autograd.gradcheck(layer.closeness, features) and torch.autograd.gradgradcheck(
        layer.closeness, features
    )


def test_the_critic_of_ac_gan_learns_to_name(mnist):
    run = make(mnist, "acgan")
    run.both()
    first = run.objective.named_real
    assert 0.05 < first < 0.2
    assert train_until(run, lambda: run.objective.named_real > 0.7, 200, 20)
    shown = frame(run)
    assert shown["named_real"] == run.objective.named_real and 0 < shown["named_fake"] < 1
    assert frame(make(mnist, "dcgan"))["named_real"] is None


def test_sureness_is_what_the_right_class_gets():
    logits = torch.tensor([[0.6, 0.4], [0.1, 0.9]]).log()
    assert sureness(logits, torch.tensor([0, 0])) == pytest.approx(0.35)


def test_sliders_move_the_wall_of_infogan_only(mnist):
    run = make(mnist, "infogan")
    run.both()
    level, leaning = run.wall(), run.set_sliders([1, -1])
    assert not torch.equal(level, leaning) and torch.equal(run.wall(), leaning)
    assert torch.equal(run.set_sliders([0, 0]), level)
    with pytest.raises(BadRequest, match="sliders"):
        make(mnist, "dcgan").set_sliders([0, 0])


def test_codes_say_what_they_became(mnist):
    run = make(mnist, "infogan")
    read = [(i + 3) % 10 for i in range(500)]
    report = run.report(read)
    assert report["purity"] == 1 and report["codes"][0] == (3, 1.0) and report["looking"]
    assert make(mnist).report(read) == {}


def test_a_toy_with_codes_can_be_opened_again(mnist):
    run = make(mnist, "infogan")
    toy = open_toy(export_generator(run))
    assert toy.classes == 10
    generator = CodeGenerator().eval()
    z, codes = torch.randn(3, 16), torch.tensor([4, 5, 6])
    level = torch.cat([codes[:, None].float(), torch.zeros(3, 2)], 1)
    assert torch.equal(generator(z, codes), generator(z, level))


def test_looking_ahead_moves_the_generator_otherwise_and_leaves_the_critic_alone(mnist):
    ill, ahead, again = make(mnist, "hasty"), make(mnist, "unrolled"), make(mnist, "unrolled")
    for run in (ill, ahead, again):
        run.both()

    def same(network: str, one: PictureRun, other: PictureRun) -> bool:
        pairs = zip(getattr(one, network).parameters(), getattr(other, network).parameters(), strict=True)
        return all(torch.equal(a, b) for a, b in pairs)

    assert same("generator", ahead, again) and same("discriminator", ahead, again)
    assert same("discriminator", ahead, ill) and not same("generator", ahead, ill)
    steps = zip(ahead.imagined.parameters(), ahead.discriminator.parameters(), strict=True)
    assert all(0 < (a - b).square().mean().sqrt() <= 3.01 * AHEAD_SIZE for a, b in steps)
    digits, fog = to_signed(mnist[0][::100]), make(mnist, "unrolled").generator(ahead.fixed_z[:50])
    today, later = (critic(digits).mean() - critic(fog).mean() for critic in (ahead.discriminator, ahead.imagined))
    assert later > today + 0.1  # what it plays against is harder to fool


@pytest.mark.slow
@pytest.mark.parametrize("cure", RECIPES["hasty"].cures)
def test_its_cures_bring_a_hasty_generators_digits_back(mnist, classifier, cure):
    scorer = Scorer(classifier, mnist[0][::50])
    ill, cured = make(mnist, "hasty", seed=1), make(mnist, cure, seed=1)
    assert ill.recipe.g_rate == cured.recipe.g_rate and ill.recipe.rate == cured.recipe.rate
    counts = []
    for run in (ill, cured):
        run.train(200, 100)
        counts.append([])
        for _ in range(2):
            run.train(200, 50)
            counts[-1].append(scorer(run.pictures(500)).covered)
    assert sum(counts[1]) >= sum(counts[0]) + 3 and max(counts[0]) <= 6


@pytest.mark.slow
@pytest.mark.parametrize("cure", PRESETS["collapse"].cures[1:], ids=lambda cure: cure.title)
def test_one_cure_at_a_time_brings_all_heaps_back(cure):
    run = PointRun(PointSettings(**PRESETS["collapse"].settings))
    run.train(200, 100)
    assert standing(run)[0] <= 3
    run.change(cure.changes)
    assert train_until(run, lambda: standing(run)[0] == 8, 900, 50)


@pytest.mark.slow
def test_infogan_finds_digits_without_labels(mnist, classifier):
    run = make(mnist, "infogan")
    run.labels = torch.zeros_like(run.labels)  # nothing can be learnt from these
    scorer = Scorer(classifier, mnist[0][::50])
    run.train(200, Discovering.LOOKING + 150)

    def pure() -> bool:
        report = run.report(scorer(run.pictures(500)).read)
        return report["purity"] >= 0.8 and len({digit for digit, _ in report["codes"]}) >= 8

    assert train_until(run, pure, 900, 75)
