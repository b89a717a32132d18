"""Walks through the latent space of any generator: points, sliders, neighbours and paths."""

import math
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from gan_models.core import images, latents
from gan_models.core.errors import BadRequest
from gan_models.core.latents import STYLE_LIMIT
from gan_models.core.point import MAX_STEPS, NEIGHBOURS, Point
from gan_models.core.values import read_choice, read_seed

FRAMES = 25
STRAY = 0.6  # the angle, in radians, between a point and its neighbours
MAX_PICTURES = 100
DIRECTIONS = 5

Draw = Callable[[Tensor, Tensor | None], Tensor]


class Sampler:
    """A generator, its directions, and its discriminator if it has one, behind one set of questions.

    Args:
        draw: z (N, z_dim) and class weights (N, classes), or None without classes, to (N, C, H, W) in [-1, 1].
        z_dim: length of the noise vector.
        classes: how many classes it can be asked for; 0 for none.
        directions: finds unit rows (K, z_dim), called once; five principal directions of its samples if left out.
        discriminator: pictures (N, C, H, W) and labels (N of them) to beliefs from 0 to 1.
        about: what is known of the network, for a reader.
        ink: its one channel is ink on paper, which a page may tint and enlarge with sharp edges; else photographs.
        prefer: which row of noise (N, z_dim) will make the best picture, if that can be told without making them.
        drafts: from how many rows it chooses unless a point says otherwise.

    Attributes:
        concepts: the units that draw something, by its name, where a model has been opened up; see
            :class:`gan_models.dcgan.pipeline.FacePipeline`.
    """

    concepts: Mapping[str, list[int]] = {}

    def __init__(
        self, draw: Draw, z_dim: int, classes: int = 0, directions: Callable[[], Tensor] | None = None,
        discriminator: Callable[[Tensor, list[int]], list[float]] | None = None, about: Mapping[str, str] | None = None,
        ink: bool = False, prefer: Callable[[Tensor], int] | None = None, drafts: int = 1,
    ):  # fmt: skip
        self.draw, self.z_dim, self.classes, self.ink = draw, z_dim, classes, ink
        self.discriminator, self.about = discriminator, dict(about or {})
        self._find = directions or (lambda: find_directions(draw, z_dim, classes))
        self._directions: Tensor | None = None
        self.prefer, self.drafts = prefer, drafts
        self._walked = lru_cache(4096)(self._walk)
        self._lock = threading.Lock()

    @property
    def directions(self) -> Tensor:
        """Unit directions (K, z_dim), one a slider; measured at the first question that needs them, then kept."""
        with self._lock:
            if self._directions is None:
                self._directions = self._find()
            return self._directions

    def noise_of(self, seed: int, drafts: int = 0, walk: tuple[int, ...] = ()) -> Tensor:
        """Where seed and walk lead, (z_dim,); :class:`Point` tells of all three. Raises as ``read_seed``."""
        return self._walked(read_seed(seed), (drafts or self.drafts) if self.prefer else 1, walk)

    def _walk(self, seed: int, drafts: int, walk: tuple[int, ...]) -> Tensor:
        """Each step mixes in new noise so that the sum stays standard normal."""
        z = self._noise(seed, walk, drafts)
        if walk:
            z = math.cos(STRAY) * self._walked(seed, drafts, walk[:-1]) + math.sin(STRAY) * z
        return z[self.prefer(z)] if drafts > 1 else z[0]

    def _noise(self, seed: int, walk: tuple[int, ...], drafts: int = 1) -> Tensor:
        first = zlib.crc32(repr((seed, walk)).encode()) if walk else seed
        others = (zlib.crc32(f"{first}, {k}".encode()) for k in range(1, drafts))
        return latents.seeded_noise([first, *others], self.z_dim)

    def _base(self, point: Point) -> Tensor:
        return self.noise_of(point.seed, point.drafts, point.walk)

    def locate(self, points: list[Point]) -> Tensor:
        """Points to latent vectors (N, z_dim): noise, truncated, then moved by the sliders within the shell."""
        z = torch.stack([self._base(p) * p.truncation for p in points])
        if not any(any(p.amounts) for p in points):
            return latents.move(z, z.new_zeros(0, self.z_dim), z.new_zeros(0))
        count = len(self.directions)
        amounts = [(list(p.amounts) + [0.0] * count)[:count] for p in points]
        return latents.move(z, self.directions, torch.tensor(amounts))

    def pictures(self, points: list[Point]) -> Tensor:
        """What stands at these points: (N, C, H, W) in [-1, 1]. One batch, at most 100."""
        if not 0 < len(points) <= MAX_PICTURES:
            raise BadRequest(f"Ask for 1 to {MAX_PICTURES} pictures at once.")
        return self.render(self.locate(points), self.weights(points))

    @torch.inference_mode()
    def render(self, z: Tensor, weights: Tensor | None) -> Tensor:
        """z (N, z_dim) and class weights (N, classes) or None to (N, C, H, W) in [-1, 1] on the CPU."""
        return self.draw(z, weights).float().clamp(-1, 1).cpu()

    def weights(self, points: list[Point]) -> Tensor | None:
        """What :meth:`render` takes: how much of each class is at these points, (N, classes); None without classes."""
        if not self.classes:
            return None

        def pure(labels: list[int]) -> Tensor:
            found = [read_choice(label, self.classes, "A class") for label in labels]
            return F.one_hot(torch.tensor(found), self.classes).float()

        others = [point.blend or (point.label, 0.0) for point in points]
        shares = torch.tensor([share for _, share in others])[:, None]
        return torch.lerp(pure([point.label for point in points]), pure([label for label, _ in others]), shares)

    def sample(self, seeds: list[int], truncation: float = 1.0, label: int = 0, drafts: int = 0) -> list[Image.Image]:
        """One picture a seed; at most 100. Any whole numbers are seeds; BadRequest for anything else.

        Of ``truncation``, ``label`` and ``drafts`` tells :class:`Point`.
        """
        if not 0 < len(seeds) <= MAX_PICTURES:
            raise BadRequest(f"Ask for 1 to {MAX_PICTURES} pictures at once; these are {len(seeds)} seeds.")
        start = Point.read({"truncation": truncation, "label": label, "drafts": drafts})
        points = [replace(start, seed=read_seed(s)) for s in seeds]
        return images.to_pil(self.pictures(points))

    def generate(self, z: Tensor, label: int = 0) -> list[Image.Image]:
        """Pictures of z (N, z_dim), at most 100, numbers beyond 6 standard deviations brought back to 6.

        Raises:
            BadRequest: another shape, or something that is not a finite number.
        """
        if z.ndim != 2 or z.shape[1] != self.z_dim or not 0 < len(z) <= MAX_PICTURES:
            raise BadRequest(f"This model takes 1 to {MAX_PICTURES} rows of {self.z_dim} numbers.")
        if not z.isfinite().all():
            raise BadRequest("The latent vector holds something that is not a finite number.")
        return images.to_pil(
            self.render(self.place(z.float().clamp(-6, 6)), self.weights([Point(label=label)] * len(z)))
        )

    def place(self, z: Tensor) -> Tensor:
        """Where latent vectors (N, z_dim) lie in the space that :meth:`render` draws from; here the same one."""
        return z

    def between(self, a: Tensor, b: Tensor, t: Tensor) -> Tensor:
        """The way from place a to place b at each of t (T,) in [0, 1]; here along the great circle."""
        return latents.slerp(a, b, t)

    def strip(self, point: Point, slider: int, frames: int = FRAMES) -> Tensor:
        """Frames (N, C, H, W) with one slider from -3 to 3 and all else as it is, in one batch."""
        if slider not in range(len(self.directions)):
            raise BadRequest(f"This model has {len(self.directions)} sliders.")
        amounts = (list(point.amounts) + [0.0] * len(self.directions))[: len(self.directions)]
        stops = torch.linspace(-STYLE_LIMIT, STYLE_LIMIT, frames).tolist()
        moved = [(*amounts[:slider], stop, *amounts[slider + 1 :]) for stop in stops]
        return self.pictures([replace(point, amounts=each) for each in moved])

    def neighbours(self, point: Point) -> Tensor:
        """The 16 points one step away, (16, C, H, W), always the same ones for the same point."""
        if len(point.walk) >= MAX_STEPS:
            raise BadRequest(f"You are {MAX_STEPS} steps from where you began. Press Surprise me to begin elsewhere.")
        return self.pictures([replace(point, walk=(*point.walk, k)) for k in range(NEIGHBOURS)])

    def path(self, a: Point, b: Point, frames: int = FRAMES) -> Tensor:
        """Frames (N, C, H, W) from a to b along the great circle (White, 2016) or as the model's own space has it.

        Classes blend on the way.
        """
        if not 2 <= frames <= MAX_PICTURES:
            raise BadRequest(f"A path has 2 to {MAX_PICTURES} frames.")
        t = torch.linspace(0, 1, frames)
        ends, weights = self.locate([a, b]), self.weights([a, b])
        blend = None if weights is None else torch.lerp(weights[:1], weights[1:], t[:, None])
        return self.render(self.between(ends[0], ends[1], t), blend)

    def realness(self, pictures: Tensor, labels: list[int]) -> list[float] | None:
        """The discriminator's belief, from 0 to 1, that each picture (N, C, H, W) is real; None without a
        discriminator."""
        return self.discriminator(pictures, labels) if self.discriminator else None


@torch.no_grad()
def find_directions(
    draw: Draw, z_dim: int, classes: int = 0, known: Tensor | None = None, count: int = DIRECTIONS, samples: int = 1000
) -> Tensor:
    """Unit directions along which a generator's pictures vary most, strongest first, after the ``known`` ones.

    The unsupervised idea of GANSpace (Härkönen et al., 2020): no label says what to look for. Where there are classes,
    each picture is compared with the mean of its class, so that a direction means a manner and not another class.
    Returns (K + count, z_dim), fewer where z_dim is smaller. Signs are fixed: the largest entry is positive.
    """
    z = latents.seeded_noise(list(range(samples // 2)), z_dim)
    left, _, right = torch.linalg.svd(z, full_matrices=False)  # whitened, so that chance correlations do not count
    z = left @ right * len(left) ** 0.5
    z = torch.cat([z, -z])  # in pairs, so that what is the same on both sides of the middle cancels
    weights = F.one_hot(torch.arange(len(z)) % (samples // 2) % classes, classes).float() if classes else None
    looks = torch.cat([
        F.adaptive_avg_pool2d(draw(z[i : i + 100], None if weights is None else weights[i : i + 100]), 14).flatten(1)
        for i in range(0, len(z), 100)
    ]).float().cpu()  # fmt: skip
    if weights is not None:
        looks -= weights @ (weights.T @ looks / weights.sum(0)[:, None])
    found = torch.zeros(0, z_dim) if known is None else known
    for _ in range(min(count, z_dim - len(found))):
        direction = latents.principal_direction(z, looks, found)
        found = torch.cat([found, (direction * direction[direction.abs().argmax()].sign())[None]])
    return latents.orthogonal(found)
