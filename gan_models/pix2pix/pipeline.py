"""Drawings and label maps of any size painted, with more or less of the GAN, and what the discriminators believe."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from gan_models.core.device import compute
from gan_models.core.errors import BadRequest, CheckpointError
from gan_models.core.images import from_pil, to_pil
from gan_models.core.pictures import to_rgb
from gan_models.core.store import Located, load_network, load_strictly, read_tensors
from gan_models.core.values import read_number, read_quantity
from gan_models.pix2pix.blended import Blended
from gan_models.pix2pix.checkpoints import CHECKPOINTS, SUBJECTS, Subject
from gan_models.pix2pix.colouring import Colourist
from gan_models.pix2pix.inputs import read_input
from gan_models.pix2pix.networks import network_like


class Painter(Blended):
    """A generator, its L1 twin and their discriminators. PIL pictures and numbers in and out.

    Args:
        discriminator: None where there is none. The others: see :class:`Blended`.
    """

    def __init__(
        self,
        subject: Subject,
        generator: nn.Module,
        twin: nn.Module | None,
        discriminator: nn.Module | None,
        device: torch.device,
        located: Located,
    ):
        super().__init__(subject, generator, twin, device, located)
        self.discriminator = self.ready(discriminator)

    @torch.inference_mode()
    def translate(
        self, image: Image.Image, strength: float = 1.0, seed: int = 0, colour: tuple[int, int, int] | None = None
    ) -> Image.Image:
        """What the drawing or the label map shows, painted: mode RGB, the input's shape, the longer side the model's.

        Args:
            image: of any mode and size; what is transparent counts as paper. A drawing is dark on light, or light on
                dark; of a photograph the edges are taken. A label map's colours go to the nearest label.
            strength: 1 is the GAN's picture, 0 that of the twin that never met a discriminator; between them the
                weights are blended.
            seed: picks one of :attr:`palette`.
            colour: the mean colour to aim at, (red, green, blue) from 0 to 255; goes before ``seed``.

        Raises:
            BadRequest: no picture, or one that is no map of labels where the model needs one.
        """
        drawing, (left, top, wide, tall) = read_input(image, self.subject.kind, self.subject.size)
        network = self.blend(read_quantity(strength, 0, 1, "Strength"))
        made = compute(network, self.device, drawing, self._aim(seed, colour), busy=self._busy)
        return to_pil(made[:, :, top : top + tall, left : left + wide])[0]

    @torch.inference_mode()
    def patch_map(
        self,
        image: Image.Image,
        picture: Image.Image | None = None,
        seed: int = 0,
        colour: tuple[int, int, int] | None = None,
    ) -> np.ndarray:
        """The discriminators' belief, from 0 to 1, that each patch of ``picture`` is a photograph: (h, w) floats.

        They see the drawing and the colour too. One number every 8 pixels, for about 54 pixels around it and, at half
        weight each, for the 108 around that. Stretched over the picture, every number lies in its patch's middle.

        Args:
            picture: what is judged, of the shape that :meth:`translate` gives; None: what it gives.

        Raises:
            BadRequest: as :meth:`translate`, or the model came without discriminators.
        """
        if self.discriminator is None:
            raise BadRequest("This model has no discriminator to ask.")
        size = self.subject.size
        drawing, (left, top, wide, tall) = read_input(image, self.subject.kind, size)
        picture = picture or self.translate(image, seed=seed, colour=colour)
        page = torch.ones(1, 3, size, size)
        page[:, :, top : top + tall, left : left + wide] = from_pil([to_rgb(picture)], "RGB", (wide, tall))
        aim = self._aim(seed, colour)
        beliefs = compute(self.discriminator, self.device, drawing, aim, page, run=mean_belief, busy=self._busy)
        columns, rows = (
            slice(start // 8, max(start // 8 + 1, math.ceil((start + length) / 8)))
            for start, length in ((left, wide), (top, tall))
        )
        return beliefs[0, 0, rows, columns].numpy()

    def _aim(self, seed: int, colour: tuple[int, int, int] | None) -> Tensor:
        """The colour to aim at, (1, 3) in [-1, 1]."""
        return self.aims([seed]) if colour is None else torch.tensor([clean_colour(colour)]) / 127.5 - 1


def mean_belief(discriminator: nn.Module, drawings: Tensor, colours: Tensor, pictures: Tensor) -> Tensor:
    """Beliefs (N, 1, H / 8, W / 8) from 0 to 1, the mean of the scales; 0.88 and 0.12 are all the hinge loss asks."""
    opinions = [scale[-1] for scale in discriminator(drawings, colours, pictures)]
    size = opinions[0].shape[2:]
    same = [F.interpolate(o, size=size, mode="bilinear", align_corners=False) for o in opinions]
    return torch.sigmoid(2 * torch.stack(same)).mean(0)


def clean_colour(value: object) -> tuple[float, ...]:
    """Three numbers from 0 to 255; BadRequest for anything else."""
    try:
        numbers = tuple(read_number(part, "Red, green and blue") for part in value)  # type: ignore[union-attr]
    except TypeError:
        numbers = ()
    if len(numbers) != 3 or not all(0 <= part <= 255 for part in numbers):
        raise BadRequest("A colour is three numbers from 0 to 255: red, green and blue.")
    return numbers


def open_run(
    folder: Path, device: torch.device, twin: Path | None = None, size: int = 128, subject: Subject | None = None
) -> Painter | Colourist:
    """A model that somebody trained, from the files that the training script writes; a colourist for grey pictures.

    Args:
        folder: holds ``generator.safetensors`` and perhaps ``discriminator.safetensors``.
        twin: the weights that the run began from, where there are any.
        size: pixels of the longer side of what it is to paint.
        subject: what that is, else what its inputs suggest.

    Raises:
        gan_models.core.errors.CheckpointError: a file is missing or fits neither its network nor ``subject``.
    """

    def network(path: Path) -> nn.Module:
        return load_strictly(network_like(read_tensors(path)), path)

    generator = network(folder / "generator.safetensors")
    opinions = folder / "discriminator.safetensors"
    known = next((s for s in SUBJECTS.values() if s.inputs == generator.inputs), None)
    subject = subject or known or Subject("picture", 3, size, ((127, 127, 127),), "pairs of your own", "a picture")
    if generator.inputs != subject.inputs:
        raise CheckpointError(f"{folder} was not trained with --kind {subject.kind}.")
    whole = replace(subject, size=size), generator, network(twin) if twin else None
    if subject.kind == "grey":
        return Colourist(*whole, device, Located(folder, "own"))
    return Painter(*whole, network(opinions) if opinions.is_file() else None, device, Located(folder, "own"))


PAINTED = ("things", "facades")


def painter(name: str) -> Callable[[torch.device, str], Painter]:
    """Opens one of :data:`PAINTED`."""

    def opened(device: torch.device, weights: str) -> Painter:
        networks, located = [], None
        for part in ("generator", "twin", "discriminator"):
            source = "embedded" if located and located.notice else weights
            network, found = load_network(CHECKPOINTS[f"pix2pix-{name}-{part}"], source)
            networks.append(network)
            located = located or found
        return Painter(SUBJECTS[name], *networks, device, located)

    return opened


def colourist(device: torch.device, weights: str) -> Colourist:
    """Gives photographs their colours."""
    generator, located = load_network(CHECKPOINTS["pix2pix-colour-generator"], weights)
    twin, _ = load_network(CHECKPOINTS["pix2pix-colour-twin"], "embedded" if located.notice else weights)
    return Colourist(SUBJECTS["colour"], generator, twin, device, located)


PIPELINES = {f"pix2pix-{name}": painter(name) for name in PAINTED} | {"pix2pix-colour": colourist}
