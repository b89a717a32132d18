"""Which networks learn to make pictures of ten kinds, and with which settings."""

import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import nn

from gan_models.core.errors import BadRequest
from gan_models.core.values import read_quantity, read_seed
from gan_models.data.mnist_subsets import SUBSETS
from gan_models.live.class_networks import CodeDiscriminator, CodeGenerator, NamingDiscriminator
from gan_models.live.networks import (
    ClassicDiscriminator,
    ClassicGenerator,
    Discriminator,
    SmallDCDiscriminator,
    SmallDCGenerator,
)
from gan_models.live.objectives import Discovering, Naming, Objective
from gan_models.training.losses import find_loss


@dataclass(frozen=True)
class Recipe:
    """Networks and settings that belong together.

    Attributes:
        title, why: for the reader; ``{one}`` and ``{many}`` stand for what the pictures show.
        real_label: what the discriminator is told about real pictures; 0.9 is one-sided label smoothing.
        betas: Adam's, for both networks.
        average: decay of the running average of the generator's weights that the wall shows; 0 shows the latest.
        ahead: imagined steps of the discriminator after which the generator meets it; 0 is the game as usual.
        objective: what the networks learn beside the game.
        cures: for recipes that fail: recipes that do not, with what to write on the button.
    """

    title: str
    why: str
    generator: Callable[[], nn.Module]
    discriminator: Callable[[], Discriminator]
    rate: float
    g_rate: float
    betas: tuple[float, float]
    batch: int
    real_label: float = 1.0
    average: float = 0.0
    ahead: int = 0
    loss: str = "non-saturating"
    objective: type[Objective] = Objective
    cures: dict[str, str] = field(default_factory=dict)

    def told(self, one: str, many: str) -> dict[str, object]:
        """Title, reason and cures in words for pictures of ``one`` thing each, or of ``many``."""

        def words(text: str) -> str:
            return text.format(one=one, many=many, Many=many.capitalize())

        cures = {key: words(title) for key, title in self.cures.items()}
        return {"title": words(self.title), "why": words(self.why), "cures": cures}


RECIPES: dict[str, Recipe] = {
    "dcgan": Recipe(
        "Small DCGAN, told the {one}",
        "Convolutions know that lines look alike wherever they are, and both networks are told which {one} is meant. "
        "One can tell what it is in under a minute on one processor core.",
        SmallDCGenerator, SmallDCDiscriminator, 2e-3, 2e-3, (0.5, 0.99), 32, average=0.99,
    ),
    "dcgan-free": Recipe(
        "Small DCGAN, no labels",
        "The same networks, but nobody tells them that there are ten kinds of {many}. They must find out, which takes "
        "several times as long.",
        lambda: SmallDCGenerator(labels=False), lambda: SmallDCDiscriminator(labels=False), 2e-3, 2e-3, (0.5, 0.99), 32,
        average=0.99,
    ),
    "classic": Recipe(
        "The classic of 2014",
        "Every pixel connected with everything, dropout in the discriminator, real {many} marked 0.9 instead of 1: as "
        "in a thousand tutorials. Expect speckled {many}, and patience.",
        ClassicGenerator, ClassicDiscriminator, 2e-4, 2e-4, (0.5, 0.999), 64, real_label=0.9,
    ),
    "acgan": Recipe(
        "AC-GAN, the critic names it",
        "Only the generator is told the {one}. The discriminator has to name it, for real pictures and for invented "
        "ones, and the generator learns to be named rightly. Watch the chart of its certainty.",
        SmallDCGenerator, NamingDiscriminator, 2e-3, 2e-3, (0.5, 0.99), 32, average=0.99, objective=Naming,
    ),
    "infogan": Recipe(
        "InfoGAN, finds ten kinds itself",
        "No labels at all: the generator gets one of ten codes and two sliders, and a third network must read them in "
        "its picture. For 300 steps that network looks for ten kinds among real pictures; then each code becomes one "
        "of them. The table says which.",
        CodeGenerator, CodeDiscriminator, 2e-3, 2e-3, (0.5, 0.99), 32, average=0.99, objective=Discovering,
    ),
    "collapse": Recipe(
        "{Many} that collapse",
        "No labels, and a fully connected generator that learns ten times faster than its critic. It finds one shape "
        "that passes and writes it 25 times, then another; watch the counter of {many} covered.",
        ClassicGenerator, lambda: SmallDCDiscriminator(labels=False), 2e-4, 2e-3, (0.5, 0.99), 32,
        cures={"dcgan": "Tell both networks the {one}"},
    ),
    "hasty": Recipe(
        "A hasty generator",
        "No labels, and a convolutional generator whose steps are three hundred times as long as its critic's. It "
        "falls on a few shapes and leaves the other {many} out; watch the counter of {many} covered. With some seeds "
        "it gets out of that by itself within a thousand steps, with others it does not.",
        lambda: SmallDCGenerator(labels=False), lambda: SmallDCDiscriminator(labels=False), 1e-4, 3e-2, (0.5, 0.99), 32,
        cures={"minibatch": "Show the critic the whole batch", "unrolled": "Let it look three moves ahead"},
    ),
    "minibatch": Recipe(
        "Hasty, but the batch is seen",
        "The same unequal pair, but the discriminator also sees how close each picture is to the others of its batch. "
        "Copies give themselves away, and more {many} come back (minibatch discrimination, Salimans et al., 2016).",
        lambda: SmallDCGenerator(labels=False), lambda: SmallDCDiscriminator(labels=False, minibatch=True),
        1e-4, 3e-2, (0.5, 0.99), 32,
    ),
    "unrolled": Recipe(
        "Hasty, but it looks ahead",
        "The same unequal pair, but before each move the generator imagines three quick answers of its critic, and "
        "plays against the critic it would meet then. A shape that everyone crowds on would soon be caught, so it "
        "writes others too (after unrolled GANs, Metz et al., 2017).",
        lambda: SmallDCGenerator(labels=False), lambda: SmallDCDiscriminator(labels=False), 1e-4, 3e-2, (0.5, 0.99), 32,
        ahead=3,
    ),
}  # fmt: skip


MOST_RATE = 0.1


@dataclass(frozen=True)
class PictureSettings:
    """What a page may choose: a recipe's name, another loss than the recipe's, learning rates, the seed, and what the
    pictures show, a name of :data:`~gan_models.data.mnist_subsets.SUBSETS`."""

    recipe: str = "dcgan"
    loss: str = ""
    d_rate: float = 0.0
    g_rate: float = 0.0
    seed: int = 0
    data: str = "digits"

    @classmethod
    def read(cls, values: Mapping[str, object]) -> "PictureSettings":
        """Settings from a page; BadRequest for unknown names or numbers that are none."""
        rates = [read_quantity(values.get(name, 0), 0, MOST_RATE, "A learning rate") for name in ("d_rate", "g_rate")]
        recipe, loss, data = (str(values.get(name, getattr(cls, name))) for name in ("recipe", "loss", "data"))
        settings = cls(recipe, loss, *rates, read_seed(values.get("seed", 0)), data)
        if data not in SUBSETS:
            raise BadRequest(f"There are no pictures {reprlib.repr(data)}; choose {' or '.join(SUBSETS)}.")
        if settings.recipe not in RECIPES:
            raise BadRequest(f"There is no recipe {reprlib.repr(settings.recipe)}; choose one of {', '.join(RECIPES)}.")
        if settings.loss:
            find_loss(settings.loss)
        return settings
