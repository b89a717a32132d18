"""Pictures of any size translated between two kinds, the way back, and what the discriminators believe."""

import threading
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import nn

from gan_models.core.device import Run, compute
from gan_models.core.errors import BadRequest
from gan_models.core.pictures import to_rgb
from gan_models.core.precision import choose_precision, sample_picture
from gan_models.core.store import Located
from gan_models.core.values import read_quantity
from gan_models.cyclegan.detail import Change, at_network_size, compose, framed
from gan_models.cyclegan.probe import NEITHER, UNSURE, KindProbe, describe, verdict
from gan_models.cyclegan.second_look import KINDS, look_again

MOST_STRENGTH = 1.5
CLOSE = 0.05  # beliefs that differ by less are no answer, where there is no probe


@dataclass(frozen=True)
class RoundTrip:
    """There and back again.

    Attributes:
        there: the translation. ``back``: its translation back. Both of the input's size.
        arrived: the translation as the networks see it, (h, w, 3) float32 in [-1, 1].
        difference: where and how much ``back`` differs from the input, black for not at all; the input's size.
        mean: the mean absolute difference, as a share of the whole range.
    """

    there: Image.Image
    arrived: np.ndarray
    back: Image.Image
    difference: Image.Image
    mean: float


@dataclass(frozen=True)
class Guess:
    """What a picture seems to show.

    Attributes:
        direction: which way it should go, whatever the verdict.
        beliefs: each discriminator's mean belief that it shows its own kind.
        verdict: one of the two kinds, "unsure", or "neither".
    """

    direction: str
    beliefs: dict[str, float]
    verdict: str = UNSURE


class Translator:
    """Two generators and their discriminators. PIL pictures and numbers in and out.

    Args:
        generators, discriminators: by kind: the generator that makes this kind, the discriminator that knows it. See
            :mod:`gan_models.cyclegan.networks`. A pair may come without discriminators: then nobody judges, and
            ``judged`` is false.
        device: where to compute.
        located: where the weights came from.
        probe: says from what all four see whether it is one kind, the other, or neither; see
            :mod:`gan_models.cyclegan.probe`.
    """

    def __init__(
        self,
        generators: dict[str, nn.Module],
        discriminators: dict[str, nn.Module],
        device: torch.device,
        located: Located,
        probe: KindProbe | None = None,
    ):
        def ready(networks: dict[str, nn.Module]) -> dict[str, nn.Module]:
            return {kind: n.to(device, memory_format=torch.channels_last).eval() for kind, n in networks.items()}

        self.kinds = tuple(generators)
        if len(self.kinds) != 2 or set(discriminators) not in (set(self.kinds), set()):
            raise ValueError("a translator needs two generators and a critic for each of the two kinds, or none")
        self.generators, self.discriminators = ready(generators), ready(discriminators)
        self.device, self.located, self.probe = device, located, probe
        for network in self.generators.values():
            choose_precision(network, device, sample_picture(256).contiguous(memory_format=torch.channels_last))
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores

    @property
    def judged(self) -> bool:
        """Whether discriminators came with the pair."""
        return bool(self.discriminators)

    @property
    def directions(self) -> tuple[str, str]:
        """The two names that ``direction`` may have."""
        a, b = self.kinds
        return f"{a}_to_{b}", f"{b}_to_{a}"

    def target(self, direction: object) -> str:
        """The kind that a direction leads to; BadRequest for any other text."""
        if direction not in self.directions:
            raise BadRequest(f"The direction is {self.directions[0]} or {self.directions[1]}.")
        return str(direction).split("_to_")[1]

    def translate(self, image: Image.Image, direction: str, strength: float = 1.0) -> Image.Image:
        """The same scene with the other kind in it: mode RGB, the input's size, whatever its mode and shape.

        The networks see at most 1024 x 256 pixels. What they change is enlarged and added to the picture, so all
        detail stays where nothing changed.

        Args:
            strength: 0 gives the picture back, 1 is what the generator wants, up to 1.5 exaggerates.

        Raises:
            BadRequest: no picture, or an unknown direction.
        """
        return self.apply(image, self.change(image, direction), strength)

    def see(self, image: Image.Image) -> np.ndarray:
        """A picture as the networks see it: (h, w, 3) float32 in [-1, 1]; BadRequest where there is none."""
        return at_network_size(as_page(image))

    def change(self, image: Image.Image, direction: str, once: bool = False) -> Change:
        """What the generator wants to do to a picture; :meth:`apply` does it. Raises as :meth:`translate`.

        ``once`` for films, in one pass a frame: else a horse that it overlooks is shown to it again, see
        :mod:`gan_models.cyclegan.second_look`.
        """
        return self.propose(self.see(image), direction, once)

    def propose(self, seen: np.ndarray, direction: str, once: bool = False) -> Change:
        """:meth:`change` of a picture that :meth:`see` has seen."""
        target = self.target(direction)
        generator = self.generators[target]
        if once or target not in KINDS or not getattr(generator, "light", False):
            return Change(seen, self._run(generator, seen) - seen)
        batch, place = framed(seen)

        @torch.inference_mode()
        def see(run: Run, *inputs: torch.Tensor) -> torch.Tensor:
            return compute(generator, self.device, *inputs, run=run, busy=self._busy)

        change = look_again(see, batch, lambda: self.guess(seen).verdict != NEITHER)
        return Change(seen, change[0].permute(1, 2, 0).numpy()[place])

    def apply(self, image: Image.Image, wanted: Change, strength: float = 1.0) -> Image.Image:
        """A change made to the picture it was proposed for, at any size of it. No network runs."""
        return Image.fromarray(compose(as_page(image), wanted, clean_strength(strength)))

    def round_trip(
        self, image: Image.Image, direction: str, strength: float = 1.0, wanted: Change | None = None
    ) -> RoundTrip:
        """There and back: what comes back, and what got lost on the way. Raises as :meth:`translate`.

        The generator of the way back sees the network's own result, as in training, and not the enlarged one.
        ``wanted`` saves a pass where :meth:`change` was asked before.
        """
        page, amount = as_page(image), clean_strength(strength)
        there = wanted or self.change(image, direction)
        gone = np.clip(there.seen + amount * there.change, -1, 1)
        origin = next(kind for kind in self.kinds if kind != self.target(direction))
        lost = self._run(self.generators[origin], gone) - there.seen
        off = np.abs(lost).mean(2) / 2
        heat = Image.fromarray(np.round(np.clip(off * 4, 0, 1) * 255).astype(np.uint8))
        size = page.shape[1], page.shape[0]
        return RoundTrip(
            Image.fromarray(compose(page, there, amount)),
            gone,
            Image.fromarray(compose(page, Change(there.seen, lost), 1.0)),
            heat.resize(size, Image.Resampling.BILINEAR),
            float(off.mean()),
        )

    def patch_map(self, image: Image.Image, kind: str) -> np.ndarray:
        """The discriminator's belief, from 0 to 1, that each patch shows a photograph of ``kind``: (h, w) floats.

        One number every 8 pixels of what the network sees; each stands for 70 x 70 pixels around it. Stretched over
        the picture, every number lies in its patch's middle.
        """
        return self.beliefs(self.see(image), kind)

    def beliefs(self, seen: np.ndarray, kind: str) -> np.ndarray:
        """:meth:`patch_map` of a picture that :meth:`see` has seen; BadRequest where no discriminators came."""
        if not self.judged:
            raise BadRequest("This pair came without critics.")
        if kind not in self.kinds:
            raise BadRequest(f"The critics know {self.kinds[0]} and {self.kinds[1]}.")
        opinions = self._run(self.discriminators[kind], seen, trim=False)[..., 0]
        return np.pad(np.clip(opinions, 0, 1), 1, mode="edge")

    def guess_direction(self, image: Image.Image) -> Guess:
        """Which kind a picture shows, if either.

        Without a probe the discriminator that believes more is right, and who differ by less than :data:`CLOSE` are
        unsure: they were trained against each other's real pictures, but not against flowers. A probe, see
        :class:`~gan_models.cyclegan.probe.KindProbe`, knows those too; its error rates stand in its entry. Without
        discriminators nothing is known: unsure, and the first direction.
        """
        return self.guess(self.see(image))

    def guess(self, seen: np.ndarray) -> Guess:
        """:meth:`guess_direction` of a picture that :meth:`see` has seen."""
        if self.probe:
            return self._guess_by(self.probe, framed(seen)[0])
        if not self.judged:
            return Guess(self.directions[0], {})
        beliefs = {kind: float(self._run(self.discriminators[kind], seen, trim=False).mean()) for kind in self.kinds}
        a, b = self.kinds
        likelier = int(beliefs[b] > beliefs[a])
        unsure = abs(beliefs[a] - beliefs[b]) < CLOSE
        return Guess(self.directions[likelier], beliefs, UNSURE if unsure else self.kinds[likelier])

    @torch.inference_mode()
    def _guess_by(self, probe: KindProbe, batch: torch.Tensor) -> Guess:
        def run(network: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
            return compute(network, self.device, pictures, run=type(network).describe, busy=self._busy)

        told = describe(batch, self.generators, self.discriminators, run)
        chances = probe(torch.cat(told, 1))[0]
        beliefs = {kind: float(row[0, 0]) for kind, row in zip(self.kinds, told, strict=False)}
        return Guess(self.directions[int(chances[1] > chances[0])], beliefs, verdict(chances, self.kinds))

    @torch.inference_mode()
    def _run(self, network: nn.Module, seen: np.ndarray, trim: bool = True) -> np.ndarray:
        """A page (h, w, 3) in [-1, 1] through a network; mirrored at its edges up to multiples of 8, at least 64."""
        batch, place = framed(seen)
        page = compute(network, self.device, batch, busy=self._busy)[0].permute(1, 2, 0).numpy()
        return page[place] if trim else page


def as_page(image: object) -> np.ndarray:
    """A picture of any mode as (H, W, 3) uint8; BadRequest where there is none."""
    if not isinstance(image, Image.Image) or min(image.size) < 1:
        raise BadRequest("There is no picture yet; choose one.")
    return np.asarray(to_rgb(image))


def clean_strength(value: object) -> float:
    """A strength brought into [0, 1.5]; BadRequest for what is no number."""
    return read_quantity(value, 0, MOST_STRENGTH, "Strength")
