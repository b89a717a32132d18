"""Faces of people who do not exist, from style vectors: samples, mixed styles, sliders, noise, and what critics say."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.classifiers.faces import as_heads
from gan_models.core import images, latents
from gan_models.core.device import HEAVY, compute
from gan_models.core.errors import BadRequest
from gan_models.core.point import Point
from gan_models.core.precision import choose_precision
from gan_models.core.sampler import MAX_PICTURES
from gan_models.core.store import CHECKPOINTS_DIR, CheckpointError, Located, load_network, read_tensors
from gan_models.metrics.closeness import Lpips
from gan_models.stylegan import dissect, drag, invert
from gan_models.stylegan.checkpoints import CHECKPOINTS
from gan_models.stylegan.drafts import DraftReader
from gan_models.stylegan.drag import Drag, Place
from gan_models.stylegan.invert import Fit
from gan_models.stylegan.networks import WIDTHS, StyleGANGenerator, paint_with
from gan_models.stylegan.places import StyleSampler

GROUPS = ("coarse", "middle", "fine")  # 4x4, 8x8, and all that is finer: here the first layer decides nearly all
COMPANY = 3  # faces beside which the discriminator sees another; it was trained to compare


class StylePipeline(StyleSampler):
    """The style-based face GAN with its discriminator, an encoder, an independent classifier and its sliders.

    A place is a style vector for each layer, (layers, w_dim). All pictures are drawn without noise, so that they depend
    on their place alone; :meth:`noisy` shows what noise does.

    Args:
        generator, discriminator, encoder: as in :mod:`gan_models.stylegan.networks`, of one resolution.
        classifier: as in :mod:`gan_models.classifiers.faces`. distance: how unlike two pictures are.
        reader: which draft of a seed will turn out well, see :mod:`gan_models.stylegan.drafts`; None takes the first.
        tables: ``directions`` (K, layers, w_dim), one a slider, and ``units.NAME``, numbers of the units that draw
            something; see :mod:`gan_models.stylegan.directions`.
        device: where to compute.
        located: where the generator's weights came from.

    Attributes:
        resolution: height and width of the pictures.
        layers: how many style vectors a face has.
        spread: the standard deviation of their numbers.
    """

    def __init__(
        self, generator: StyleGANGenerator, discriminator: nn.Module, encoder: nn.Module, classifier: nn.Module,
        distance: Lpips, tables: Mapping[str, Tensor], device: torch.device, located: Located,
        reader: DraftReader | None = None,
    ):  # fmt: skip
        self.device, self.located = device, located
        self.resolution = generator.resolution
        generator.synthesis.to(device, memory_format=torch.channels_last)
        self.face_discriminator, self.encoder, self.classifier, self.distance = (
            network.to(device, memory_format=torch.channels_last)
            for network in (discriminator, encoder, classifier, distance)
        )
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores
        self.concepts = {k.removeprefix("units."): v.tolist() for k, v in tables.items() if k.startswith("units.")}
        found = tables.get("directions", torch.empty(0)).float()
        if found.ndim != 3 or found.shape[1:] != (generator.synthesis.layer_count, generator.w_dim):
            raise CheckpointError(
                "The tables of the faces do not fit the generator; restore both with `git checkout checkpoints`."
            )
        super().__init__(self._draw, generator, found, lambda faces, _: self.realness(faces), reader)
        some = self.place(latents.seeded_noise(list(range(25)), self.z_dim))
        self.spread = some[:, 0].std(0).mean().clone()
        choose_precision(self.synthesis, device, some)
        self._company = self.render(some[:COMPANY], None)

    def _draw(self, w: Tensor, _: Tensor | None = None) -> Tensor:
        return compute(self.synthesis, self.device, w, busy=self._busy, heavy=len(w) >= HEAVY)

    @torch.inference_mode()
    def noisy(self, place: Tensor, seeds: list[int]) -> Tensor:
        """One place (layers, w_dim) drawn with the noise of each seed: (N, 3, R, R) in [-1, 1]."""
        rows = [self.synthesis.noise(1, torch.Generator().manual_seed(seed)) for seed in seeds]
        noise = [torch.cat(layer) for layer in zip(*rows, strict=True)]
        w = place.expand(len(seeds), -1, -1)
        return compute(self.synthesis, self.device, w, *noise, run=paint_with, busy=self._busy).clamp(-1, 1)

    def board(self, point: Point, seeds: list[int]) -> Tensor:
        """Mixed styles as a board, (3 * len(seeds), 3, R, R): a row each for coarse, middle and fine, a column a seed.

        Each picture is the one at ``point`` with a row's styles taken from a column's face (StyleGAN, figure 3).
        """
        own = (*point.mix, None, None, None)[: len(GROUPS)]
        mixes = [(*own[:row], seed, *own[row + 1 :]) for row in range(len(GROUPS)) for seed in seeds]
        return self.pictures([replace(point, mix=mix) for mix in mixes])

    @torch.inference_mode()
    def generate_styles(self, w: Tensor) -> list[Image.Image]:
        """Pictures of style vectors, (N, w_dim) for all layers alike or (N, layers, w_dim); at most 100.

        Raises:
            BadRequest: another shape, or something that is not a finite number.
        """
        if w.ndim == 2:
            w = w[:, None].expand(-1, self.layers, -1)
        if w.ndim != 3 or w.shape[1:] != (self.layers, len(self.mean_w)) or not 0 < len(w) <= MAX_PICTURES:
            raise BadRequest(f"This model takes 1 to {MAX_PICTURES} rows of {len(self.mean_w)} style numbers.")
        if not w.isfinite().all():
            raise BadRequest("The style vector holds something that is not a finite number.")
        return images.to_pil(self.render(w.float(), None))

    def begin(self, photo: np.ndarray) -> Fit:
        """The encoder's guess at an aligned face (R, R, 3), 0 to 255, from which :meth:`closer` searches on."""
        return invert.begin(self, torch.from_numpy(photo).permute(2, 0, 1)[None].float() / 127.5 - 1)

    def closer(self, fit: Fit, seconds: float) -> Fit:
        """A search that went on for about so long."""
        return invert.closer(self, fit, seconds)

    def lpips(self, fit: Fit) -> float:
        """How unlike its photo the face is that a search has found: LPIPS at 128x128, 0 for the same."""
        return invert.unlike(self, fit)

    @torch.inference_mode()
    def render_without(self, w: Tensor, strengths: Mapping[str, float]) -> Tensor:
        """Places (N, layers, w_dim) to faces (N, 3, R, R) with some concepts' units multiplied by their strengths."""
        gains = torch.ones(WIDTHS[dissect.SIDE])
        for name, strength in strengths.items():
            gains[self.concepts[name]] *= strength
        return compute(self.synthesis, self.device, w, gains, run=dissect.paint_without, busy=self._busy).clamp(-1, 1)

    @torch.inference_mode()
    def where(self, w: Tensor, name: str) -> Tensor:
        """Where a concept's units are at work in the faces of places (N, layers, w_dim): (N, 16, 16), 0 to 1."""
        units = compute(self.synthesis, self.device, w, run=dissect.activity, busy=self._busy)
        units = units[:, self.concepts[name]].mean(1)
        return units / units.amax((1, 2), keepdim=True).clamp_min(1e-8)

    def hold(
        self, place: Tensor, handles: Sequence[Place], targets: Sequence[Place], mask: Image.Image | None = None
    ) -> Drag:
        """A drag of the face at a place (layers, w_dim) that has not moved yet; see :func:`drag.begin`."""
        return drag.begin(self, place, handles, targets, mask)

    def pull(self, held: Drag, seconds: float = 0.0) -> Drag:
        """A drag that went on for about so long, at least a step; the one before stays as it was."""
        return drag.pull(self, held, seconds)

    def drag(
        self, seed: int, handles: Sequence[Place], targets: Sequence[Place], mask: Image.Image | None = None
    ) -> Iterator[Drag]:
        """A seed's face step by step, each with its ``picture``, until its handles are where they shall be, or stay.

        Handles and targets are (x, y) in shares of the picture; the mask is white where the face may move.
        """
        return drag.steps(self, self.hold(self.styles([seed])[0], handles, targets, mask))

    @torch.inference_mode()
    def attributes(self, pictures: list[Image.Image] | Tensor) -> Tensor:
        """The classifier's probabilities (N, 6), in the order of :data:`gan_models.data.celeba.ATTRIBUTES`."""
        heads = as_heads(self.as_faces(pictures))
        return compute(self.classifier, self.device, heads, busy=self._busy).sigmoid()

    @torch.inference_mode()
    def realness(self, pictures: list[Image.Image] | Tensor, labels: object = None) -> list[float]:
        """The discriminator's belief, from 0 to 1, that each picture is a photograph: PIL of any size, or (N, 3, R, R).

        It compares the pictures of a group, so each is seen beside the same three samples.
        """
        faces = self.as_faces(pictures)
        groups = torch.cat([faces, self._company.repeat_interleave(len(faces), 0)])  # picture k is of group k mod N
        said = compute(self.face_discriminator, self.device, groups, busy=self._busy)
        return said[: len(faces)].sigmoid().tolist()

    def as_faces(self, pictures: list[Image.Image] | Tensor) -> Tensor:
        """Pictures to (N, 3, R, R) in [-1, 1]."""
        if isinstance(pictures, Tensor):
            return pictures
        return images.from_pil(pictures, "RGB", (self.resolution, self.resolution))


STYLE_TABLES = CHECKPOINTS_DIR / "stylegan_tables.safetensors"


def stylegan(device: torch.device, weights: str) -> StylePipeline:
    """Our style-based face GAN with all that belongs to it, the classifier, and the sliders that were found."""
    network, located = load_network(CHECKPOINTS["stylegan-generator"], weights)
    others = "embedded" if located.notice else weights
    names = ("stylegan-discriminator", "stylegan-encoder", "face-judge", "lpips-squeezenet", "stylegan-drafts")
    *networks, reader = (load_network((CHECKPOINTS | CLASSIFIERS)[name], others)[0] for name in names)
    try:
        tables = read_tensors(STYLE_TABLES)
    except CheckpointError as error:
        raise CheckpointError(f"{error} Restore it with `git checkout checkpoints`.") from error
    return StylePipeline(network, *networks, tables, device, located, reader)


PIPELINES = {"stylegan": stylegan}
