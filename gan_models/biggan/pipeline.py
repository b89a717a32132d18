"""Ten kinds of things, mixtures of them, where the network looked while it painted, and what a classifier sees."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from gan_models.biggan.checkpoints import CHECKPOINTS
from gan_models.biggan.hub_pipeline import public_things
from gan_models.biggan.networks import ATTENDED, ThingGenerator
from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.core import images
from gan_models.core.device import HEAVY, compute
from gan_models.core.errors import BadRequest
from gan_models.core.point import Point
from gan_models.core.sampler import MAX_PICTURES, Sampler, find_directions
from gan_models.core.store import Located, load_network
from gan_models.core.values import read_choice, read_quantity, read_seed
from gan_models.data.thing_names import THINGS
from gan_models.data.things import SIDE

Label = int | str | Mapping[int | str, float]
MEASURED = 400  # samples from which the sliders' directions are found


@dataclass(frozen=True)
class Reading:
    """What the classifier sees in a picture: all ten things with its belief in each, 0 to 1, the likeliest first."""

    things: tuple[tuple[str, float], ...]


def read_thing(value: object) -> int:
    """The number of a thing, given by its name or number.

    Raises:
        BadRequest: there is no such thing; the text says which there are.
    """
    if isinstance(value, str) and value.strip().lower() in THINGS:
        return THINGS.index(value.strip().lower())
    try:
        return read_choice(value, len(THINGS), "A class")
    except BadRequest as error:
        raise BadRequest(f"A class is one of {', '.join(THINGS)}, or a number from 0 to {len(THINGS) - 1}.") from error


def read_mixture(label: Label) -> Tensor:
    """How much of each thing, (10,) with sum 1: of a name or number, or of weights from 0 by names and numbers.

    Raises:
        BadRequest: an unknown class, a weight that is no number, or nothing at all in the mixture.
    """
    asked = label if isinstance(label, Mapping) else {label: 1.0}
    shares = torch.zeros(len(THINGS))
    for name, share in asked.items():
        shares[read_thing(name)] += read_quantity(share, 0, 1000, "A weight")
    if not shares.sum():
        raise BadRequest("A mixture needs a weight above 0 for at least one class.")
    return shares / shares.sum()


class ThingPipeline(Sampler):
    """The generator of things and an independent classifier.

    Args:
        generator: as in :mod:`gan_models.biggan.networks`.
        classifier: as in :mod:`gan_models.classifiers.things`.
        device: where to compute.
        located: where the generator's weights came from.
    """

    def __init__(self, generator: ThingGenerator, classifier: nn.Module, device: torch.device, located: Located):
        self.device, self.located = device, located
        self.generator, self.classifier = (
            network.to(device, memory_format=torch.channels_last).eval() for network in (generator, classifier)
        )
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores

        def directions() -> Tensor:
            return find_directions(self._draw, self.z_dim, self.classes, samples=MEASURED)

        super().__init__(self._draw, generator.z_dim, len(THINGS), directions)

    def _draw(self, z: Tensor, weights: Tensor | None) -> Tensor:
        return compute(self.generator, self.device, z, weights, busy=self._busy, heavy=len(z) >= HEAVY)

    def sample(self, seeds: list[int], truncation: float = 1.0, label: Label = 0) -> list[Image.Image]:
        """One picture of 32x32, mode RGB, a seed; at most 100.

        Args:
            seeds: any whole numbers.
            truncation: what the noise is multiplied by, 0.3 (alike) to 1.2.
            label: a thing's name or number, or a mixture such as ``{"cat": 0.5, "dog": 0.5}``, whose embeddings are
                mixed (BigGAN, Brock et al., 2019, section 4).

        Raises:
            BadRequest: no seeds or too many, or something that is no seed, truncation or label.
        """
        if not 0 < len(seeds) <= MAX_PICTURES:
            raise BadRequest(f"Ask for 1 to {MAX_PICTURES} pictures at once; these are {len(seeds)} seeds.")
        start = Point.read({"truncation": truncation})
        z = self.locate([replace(start, seed=read_seed(seed)) for seed in seeds])
        return images.to_pil(self.render(z, read_mixture(label).expand(len(z), -1)))

    @torch.inference_mode()
    def looks(self, points: list[Point]) -> Tensor:
        """Where each place of 16x16 looked while the pictures at points were painted, (N, 256, 16, 16).

        Row by row from the upper left; each map sums to 1 (SAGAN, Zhang et al., 2019, figure 1).
        """
        z, weights = self.locate(points), self.weights(points)
        return compute(self.generator, self.device, z, weights, run=ThingGenerator.looks, busy=self._busy)

    def attention(
        self, seed: int, label: Label = 0, at: tuple[float, float] = (0.5, 0.5), truncation: float = 1.0
    ) -> np.ndarray:
        """Where a pixel looked: how much of each of 16x16 places went into it, float32, sum 1.

        Args:
            seed, label, truncation: of the picture, as in :meth:`sample`.
            at: the pixel, as (x, y) in shares of the picture's width and height.
        """
        column, row = (min(int(read_quantity(share, 0, 1, "A place") * ATTENDED), ATTENDED - 1) for share in at)
        z = self.locate([Point.read({"seed": seed, "truncation": truncation})])
        with torch.inference_mode():
            looks = compute(
                self.generator, self.device, z, read_mixture(label)[None], run=ThingGenerator.looks, busy=self._busy
            )
        return looks[0, row * ATTENDED + column].numpy()

    @torch.inference_mode()
    def read(self, pictures: list[Image.Image] | Tensor) -> list[Reading]:
        """What the classifier, which never saw a made thing, sees: PIL of any size, or (N, 3, 32, 32) in [-1, 1]."""
        batch = pictures if isinstance(pictures, Tensor) else images.from_pil(pictures, "RGB", (SIDE, SIDE))
        beliefs = compute(self.classifier, self.device, batch, busy=self._busy).softmax(1).sort(1, descending=True)
        found = zip(beliefs.indices.tolist(), beliefs.values.tolist(), strict=True)
        return [Reading(tuple((THINGS[k], p) for k, p in zip(*row, strict=True))) for row in found]


def biggan(device: torch.device, weights: str) -> ThingPipeline:
    """Our ten things and the classifier."""
    network, located = load_network(CHECKPOINTS["biggan-generator"], weights)
    classifier, _ = load_network(CLASSIFIERS["thing-classifier"], "embedded" if located.notice else weights)
    return ThingPipeline(network, classifier, device, located)


PIPELINES = {"biggan": biggan, "things-biggan-deep": public_things("things-biggan-deep")}
