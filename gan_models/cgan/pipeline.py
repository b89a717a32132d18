"""Digits of a chosen class in a chosen style, and what discriminator and classifier say of them."""

import contextlib
import threading
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from gan_models.cgan.checkpoints import CHECKPOINTS
from gan_models.cgan.networks import DigitGenerator
from gan_models.cgan.strokes import STYLE_NAMES, find_style_directions
from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.core import images, latents
from gan_models.core.device import compute
from gan_models.core.errors import BadRequest
from gan_models.core.precision import choose_precision
from gan_models.core.sampler import Sampler, find_directions
from gan_models.core.store import CHECKPOINTS_DIR, CheckpointError, Located, load_network, read_tensors
from gan_models.data.mnist import CLASSES

MAX_DIGITS = 12
MAX_BATCH = 1000


@dataclass(frozen=True)
class Reading:
    """What the classifier reads in one digit, and how sure it is, from 0 to 1."""

    label: int
    confidence: float


def parse_digits(text: object) -> list[int]:
    """The digits in a text, at most 12; spaces and the marks of dates and prices (. , - / : +) may stand between them.

    Raises:
        BadRequest: no digit, too many, or another character; the text says which.
    """
    text = "" if text is None else str(text)
    found: list[int] = []
    for char in text[: 20 * MAX_DIGITS]:
        if char.isdecimal() and int(char) in range(CLASSES):
            found.append(int(char))
        elif not (char.isspace() or char in ".,-/:+'_"):
            raise BadRequest(f"Only the digits 0 to 9 can be written here, not “{char}”.")
    if not found:
        raise BadRequest("Type a number to see it written, for example 1990.")
    if len(found) > MAX_DIGITS or len(text) > 20 * MAX_DIGITS:
        raise BadRequest(f"That is more than {MAX_DIGITS} digits; type {MAX_DIGITS} or fewer.")
    return found


class DigitPipeline:
    """The conditional digit GAN with its discriminator and an independent classifier.

    Args:
        generator: z (N, z_dim), labels (N,) or class mixtures (N, 10) to (N, 1, H, W) in [-1, 1].
        discriminator, classifier: as in :mod:`gan_models.cgan.networks`; they look at 28x28.
        device: where to compute.
        located: where the generator's weights came from.
    """

    style_names = STYLE_NAMES

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        classifier: nn.Module,
        device: torch.device,
        located: Located,
    ):
        def ready(network: nn.Module) -> nn.Module:
            return network.to(device, memory_format=torch.channels_last)

        self.generator = ready(fold_norms(generator))
        self.discriminator, self.classifier = ready(discriminator), ready(classifier)
        self.device = device
        self.located = located
        self.z_dim: int = generator.z_dim
        choose_precision(self.generator, device, torch.zeros(10, self.z_dim), torch.arange(10))
        self._lock = threading.Lock()

    def style_vector(self, seed: int, amounts: list[float] | None = None) -> Tensor:
        """The style vector (z_dim,) of a seed, moved along the named style directions, each within [-3, 3]."""
        z = latents.seeded_noise([seed], self.z_dim)
        wanted = [latents.slider(a) for a in (amounts or [])][: len(self.style_names)]
        if any(wanted):
            wanted += [0.0] * (len(self.style_names) - len(wanted))
            z = latents.move(z, self.style_directions, torch.tensor(wanted))
        return z[0]

    @torch.inference_mode()
    def draw(self, z: Tensor, labels: Tensor) -> Tensor:
        """z (N, z_dim), labels (N,) or mixtures (N, 10) to digits (N, 1, 28, 28) in [-1, 1], on the CPU."""
        out = compute(self.generator, self.device, z, labels, busy=self._lock)
        if out.shape[-1] != 28:
            out = F.interpolate(out, size=28, mode="bilinear", antialias=True, align_corners=False)
        return out.clamp_(-1, 1)

    def generate(self, labels: list[int], seeds: list[int], amounts: list[float] | None = None) -> list[Image.Image]:
        """One 28x28 picture of mode L, white ink on black, for each pair of label and style seed.

        Args:
            labels: 0 to 9, at most 1,000 of them.
            seeds: as many; any whole numbers.
            amounts: style sliders for all of them, in the order of ``style_names``, each within [-3, 3].

        Raises:
            BadRequest: lengths differ, a label is out of range, or there are too many.
        """
        if len(labels) != len(seeds):
            raise BadRequest(f"{len(labels)} labels and {len(seeds)} seeds: give as many of each.")
        if len(labels) > MAX_BATCH:
            raise BadRequest(f"At most {MAX_BATCH} digits at once.")
        if any(label not in range(CLASSES) for label in labels):
            raise BadRequest("Labels are whole numbers from 0 to 9.")
        if not labels:
            return []
        vectors = {seed: self.style_vector(seed, amounts) for seed in set(seeds)}
        return images.to_pil(self.draw(torch.stack([vectors[s] for s in seeds]), torch.tensor(labels)))

    @torch.inference_mode()
    def read(self, digits: Tensor) -> list[Reading]:
        """What the classifier reads in digits (N, 1, 28, 28) in [-1, 1]."""
        sure, label = compute(self.classifier, self.device, digits, busy=self._lock).softmax(1).max(1)
        return [Reading(*pair) for pair in zip(label.tolist(), sure.tolist(), strict=True)]

    @torch.inference_mode()
    def realness(self, pictures: list[Image.Image] | Tensor, labels: list[int]) -> list[float]:
        """The discriminator's belief, from 0 to 1, that each picture is a real digit of its class.

        Args:
            pictures: PIL images of any size, or (N, 1, 28, 28) in [-1, 1].
            labels: 0 to 9, as many.
        """
        batch = pictures if isinstance(pictures, Tensor) else images.from_pil(pictures, "L", (28, 28))
        return compute(self.discriminator, self.device, batch, torch.tensor(labels), busy=self._lock).sigmoid().tolist()

    @cached_property
    def style_directions(self) -> Tensor:
        """Unit directions (K, z_dim) for the sliders, shipped with our weights, else measured once from samples."""
        shipped = CHECKPOINTS_DIR / "digits_directions.safetensors"
        if isinstance(self.generator, DigitGenerator):
            with contextlib.suppress(CheckpointError):  # missing or damaged: measured, like a stranger's
                found = read_tensors(shipped).get("directions", torch.empty(0))
                if found.shape == (len(STYLE_NAMES), self.z_dim):
                    return found
        return find_style_directions(self.draw, self.z_dim, styles=192)


def fold_norms(generator: nn.Module) -> nn.Module:
    """Batch norms that follow a transposed convolution, folded into its weights: same output, fewer passes."""
    if isinstance(generator, DigitGenerator):
        for conv, norm in (("up14", "norm14"), ("up28", "norm28")):
            fused = fuse_conv_bn_eval(getattr(generator, conv), getattr(generator, norm), transpose=True)
            setattr(generator, conv, fused)
            setattr(generator, norm, nn.Identity())
    return generator


def sheet(digits: Tensor, columns: int, factor: int = 4) -> np.ndarray:
    """Digits (N, 1, 28, 28) as one page of ink coverage, ``columns`` a row: uint8 (rows * 28 * factor, ...)."""
    return images.grid(images.smooth_coverage(digits, factor), columns)


def digit_sampler(pipeline: DigitPipeline) -> Sampler:
    """Our digits: the four named style directions and two more, classes that blend, and the discriminator."""

    def directions() -> Tensor:
        return find_directions(pipeline.draw, pipeline.z_dim, 10, known=pipeline.style_directions, count=2)

    return Sampler(pipeline.draw, pipeline.z_dim, 10, directions, pipeline.realness, ink=True)


def digits(device: torch.device, weights: str) -> DigitPipeline:
    """Our digit GAN with its discriminator and the classifier."""
    network, located = load_network(CHECKPOINTS["digits-generator"], weights)
    others = "embedded" if located.notice else weights  # one wait for an absent Hub is enough
    discriminator, _ = load_network(CHECKPOINTS["digits-critic"], others)
    classifier, _ = load_network(CLASSIFIERS["digit-judge"], others)
    return DigitPipeline(network, discriminator, classifier, device, located)


def digits_cgan_mnist(device: torch.device, weights: str) -> DigitPipeline:
    """A public conditional DCGAN from the Hub, judged by our discriminator and classifier."""
    network, located = load_network(CHECKPOINTS["digits-cgan-mnist"], "hub")
    discriminator, _ = load_network(CHECKPOINTS["digits-critic"], "embedded")
    classifier, _ = load_network(CLASSIFIERS["digit-judge"], "embedded")
    return DigitPipeline(network, discriminator, classifier, device, located)


PIPELINES = {"digits": digits, "digits-cgan-mnist": digits_cgan_mnist}
