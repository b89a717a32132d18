"""The GAN that makes pictures: repeatable, exportable, scored; and readable after the steps a minute allows."""

import dataclasses
import math

import pytest
import torch
from PIL import Image

from gan_models.classifiers.digits import DigitClassifier
from gan_models.core.errors import CheckpointError
from gan_models.data.mnist import to_signed
from gan_models.data.mnist_subsets import CLOTHING, DIGITS
from gan_models.live.networks import ClassicDiscriminator, ClassicGenerator, Dropout
from gan_models.live.pictures import HISTORY, PictureRun, export_generator, import_generator
from gan_models.live.recipes import RECIPES, PictureSettings
from gan_models.live.scores import Scorer
from gan_models.training.losses import LOSSES
from tests.live.until import one_thread, train_until  # noqa: F401


@pytest.fixture(scope="module", name="mnist")
def bundled_digits():
    return DIGITS.load()


@pytest.fixture(scope="module")
def clothes():
    return CLOTHING.load()


def read_by(name: str):
    from gan_models.core.store import load_network
    from gan_models.registry import CHECKPOINTS

    return load_network(CHECKPOINTS[name], "embedded")[0].float().eval()


@pytest.fixture(scope="module", name="classifier")
def digit_classifier():
    return read_by("digit-judge")


@pytest.fixture(scope="module")
def clothing_classifier():
    return read_by("clothing-classifier")


def make(mnist, recipe="dcgan", **settings) -> PictureRun:
    return PictureRun(PictureSettings(recipe=recipe, **settings), *mnist)


# --- data -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subset", "name", "licence", "right"),
    [(DIGITS, "digit-judge", "CC BY-SA 3.0", 0.97), (CLOTHING, "clothing-classifier", "MIT License", 0.85)],
    ids=["digits", "clothing"],
)
def test_bundled_pictures_are_small_licensed_and_readable(subset, name, licence, right):
    images, labels = subset.load()
    assert images.shape == (10 * subset.per_class, 28, 28) and images.dtype == torch.uint8
    assert torch.bincount(labels).tolist() == [subset.per_class] * 10 and len(set(subset.names)) == 10
    assert subset.path.stat().st_size < 1e6
    with Image.open(subset.path) as sheet:
        assert sheet.text["Description"] == subset.note and licence in subset.note
    with torch.no_grad():
        read = read_by(name)(to_signed(images[::20])).argmax(1)
    assert (read == labels[::20]).float().mean() > right


def test_a_sheet_is_written_and_read_again_in_its_sixteen_shades(tmp_path):
    subset = dataclasses.replace(CLOTHING, per_class=20)
    labels = torch.arange(300) % 10
    images = torch.randint(256, (300, 28, 28), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    subset.write(images, labels, tmp_path / "sheet.png")
    read, kinds = subset.load(tmp_path / "sheet.png")
    assert torch.equal(kinds, torch.arange(10).repeat_interleave(20))
    assert (read[20].int() - images[1].int()).abs().max() <= 9 and set(read.unique().tolist()) <= set(range(0, 256, 17))
    with pytest.raises(ValueError, match="clothes"):
        subset.write(images[:150], labels[:150], tmp_path / "other.png")
    with pytest.raises(CheckpointError, match="clothes"):
        subset.load(tmp_path / "none.png")


# --- networks and training --------------------------------------------------------------------------------------


def test_the_classic_has_the_layers_of_the_tutorials():
    sizes = [tuple(p.shape) for p in ClassicGenerator().parameters() if p.ndim == 2]
    assert sizes == [(256, 100), (512, 256), (1024, 512), (784, 1024)]
    assert sum(isinstance(layer, Dropout) for layer in ClassicDiscriminator().modules()) == 3
    recipe = RECIPES["classic"]
    assert (recipe.rate, recipe.g_rate, recipe.betas[0], recipe.real_label) == (2e-4, 2e-4, 0.5, 0.9)


def test_dropout_drops_the_share_it_says_and_keeps_the_mean():
    layer = Dropout(0.3)
    layer.random = torch.Generator().manual_seed(0)
    out = layer(torch.ones(400, 100))
    assert (out == 0).float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert out.mean().item() == pytest.approx(1, abs=0.01)
    assert torch.equal(layer.eval()(torch.ones(3)), torch.ones(3))


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_takes_a_step_and_its_wall_is_a_picture(mnist, recipe):
    run = make(mnist, recipe)
    before = [p.clone() for p in run.generator.parameters()]
    run.both()
    assert not all(torch.equal(a, b) for a, b in zip(before, run.generator.parameters(), strict=True))
    assert math.isfinite(run.d_loss) and run.g_norm > 0 and 0 < run.d_real < 1
    wall = run.wall()
    assert wall.shape == (140, 140) and wall.dtype == torch.uint8
    first = run.pictures(1, run.sliders)[0, 0].add(1).mul(127.5).round().to(torch.uint8)
    assert torch.equal(wall[:28, :28], first)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_trains_the_small_dcgan(mnist, loss):
    run = make(mnist, loss=loss)
    run.train(60, 2)
    assert run.step == 2 and math.isfinite(run.g_loss) and run.g_norm > 0


@pytest.mark.parametrize("recipe", ["dcgan", "classic"])
def test_the_same_seed_gives_the_same_digits(mnist, recipe):
    a, b, c = make(mnist, recipe, seed=1), make(mnist, recipe, seed=1), make(mnist, recipe, seed=2)
    a.train(60, 4)
    torch.manual_seed(77)
    for _ in range(4):
        b.train(60, 1)
        b.wall()
    c.train(60, 4)
    assert torch.equal(a.pictures(25), b.pictures(25))
    assert not torch.equal(a.pictures(25), c.pictures(25))


def test_settings_from_a_page_are_checked():
    assert PictureSettings.read({"recipe": "classic", "seed": "3"}).seed == 3
    for bad in (
        {"recipe": "x"},
        {"data": "x"},
        {"loss": "x"},
        {"d_rate": "fast"},
        {"g_rate": math.nan},
        {"seed": None},
    ):
        with pytest.raises(ValueError):
            PictureSettings.read(bad)


def test_history_keeps_the_first_the_last_and_a_bounded_number(mnist):
    run = make(mnist)
    walls = {}
    for step in range(0, 3 * HISTORY):
        run.step = step
        run.fixed_z = run.fixed_z + 0.01
        walls[step] = run.wall()
    assert len(run.history) <= HISTORY and {0, 3 * HISTORY - 1} <= set(run.history)
    assert list(run.history) == sorted(run.history)
    assert all(torch.equal(run.history[s], walls[s]) for s in run.history)


# --- taking it home ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_toy_survives_the_way_home(mnist, recipe):
    run = make(mnist, recipe)
    run.train(60, 2)
    data = export_generator(run)
    network = import_generator(data, recipe)
    digits = torch.arange(25) % 10
    assert torch.allclose(network(run.fixed_z[:25], digits), run.average(run.fixed_z[:25], digits), atol=1e-5)
    assert set(network.state_dict()) == set(run.average.state_dict())


def test_strangers_are_not_let_in(mnist):
    data = export_generator(make(mnist, "classic"))
    with pytest.raises(ValueError, match="dcgan"):
        import_generator(data, "dcgan")
    with pytest.raises(ValueError):
        import_generator(b"not a file", "classic")
    with pytest.raises(ValueError, match="no recipe"):
        import_generator(data, "other")


# --- scores -----------------------------------------------------------------------------------------------------


class Corner(DigitClassifier):
    """A judge one can work out by hand: its ten logits are the first ten pixels, its features likewise."""

    def __init__(self):
        super().__init__(width=2)
        self.head = torch.nn.Identity()

    def features(self, images):
        return images.flatten(1)[:, :10] * 40


def test_scores_of_digits_one_can_count():
    real = torch.zeros(100, 28, 28, dtype=torch.uint8)
    for i in range(100):
        real[i, 0, i % 10] = 255
    scorer = Scorer(Corner(), real)
    perfect = scorer(to_signed(real))
    assert perfect.inception == pytest.approx(10, abs=1e-3) and perfect.frechet == pytest.approx(0, abs=1e-6)
    assert (
        perfect.covered == 10
        and not perfect.missing
        and perfect.sure == pytest.approx(1)
        and perfect.read[:3] == [0, 1, 2]
    )
    collapsed = scorer(to_signed(real[:1].repeat(50, 1, 1)))
    assert (
        collapsed.covered == 1
        and collapsed.missing == list(range(1, 10))
        and collapsed.inception == pytest.approx(1)
        and collapsed.frechet > 1000
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_digits_are_readable_after_the_steps_of_a_minute(mnist, classifier, seed):
    run = make(mnist, seed=seed)
    scorer = Scorer(classifier, mnist[0][::10])
    before = scorer(run.pictures(500))

    def readable() -> bool:
        after = scorer(run.pictures(500))
        close = after.frechet < before.frechet / 10 and after.inception > 6
        return after.sure >= 0.9 and after.covered == 10 and close

    assert train_until(run, readable, 1700, 200)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_the_collapsing_recipe_collapses(mnist, classifier, seed):
    run = make(mnist, "collapse", seed=seed)
    scorer = Scorer(classifier, mnist[0][::10])
    for _ in range(3):
        run.train(200, 100)
        assert scorer(run.pictures(500)).covered <= 4
