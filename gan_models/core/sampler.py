"""Walks through the latent space of any generator: points, sliders, neighbours and paths."""

import math
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from gan_models.core import images, latents
from gan_models.core.errors import BadRequest
from gan_models.core.latents import STYLE_LIMIT
from gan_models.core.values import read_choice, read_quantity, read_seed

FRAMES = 25
NEIGHBOURS = 16
STRAY = 0.6  # the angle, in radians, between a point and its neighbours
MAX_STEPS = 64
MAX_PICTURES = 100
MOST_CLASSES = 100_000  # of any model; each knows its own number
TRUNCATION = (0.3, 1.2)
DIRECTIONS = 5

Draw = Callable[[Tensor, Tensor | None], Tensor]


@dataclass(frozen=True)
class Point:
    """A place in latent space, said in a few numbers, so that a link can carry it.

    Attributes:
        seed: the noise it starts from.
        label: the class, from 0, where the model knows classes.
        truncation: what that noise is multiplied by, 0.3 to 1.2.
        amounts: the sliders, in the order of the model's directions, each within [-3, 3] standard deviations.
        walk: which of 16 neighbours was stepped to, 0 to 15, step by step; at most 64.
        mix: where a model mixes styles: for coarse, middle and fine the seed that gives them, or None for ``seed``.
        blend: another class and its share, 0 to 1, where the model mixes classes.
    """

    seed: int = 7
    label: int = 0
    truncation: float = 1.0
    amounts: tuple[float, ...] = ()
    walk: tuple[int, ...] = ()
    mix: tuple[int | None, ...] = ()
    blend: tuple[int, float] | None = None

    @classmethod
    def read(cls, values: object) -> "Point":
        """A point from a page's or a caller's values; numbers out of range are brought back into it.

        Raises:
            BadRequest: a value that :mod:`gan_models.core.values` refuses, or a walk that is none.
        """
        if not isinstance(values, Mapping):
            raise BadRequest("A point is a seed, a class, a truncation and the sliders.")
        amounts, walk, mix = (values.get(name, ()) for name in ("amounts", "walk", "mix"))
        if not all(isinstance(numbers, (list, tuple)) for numbers in (amounts, walk, mix)):
            raise BadRequest("Sliders, steps and mixed seeds are lists of numbers.")
        if len(walk) > MAX_STEPS:
            raise BadRequest(f"That is {MAX_STEPS} steps from where you began. Press Surprise me to begin elsewhere.")
        blend = values.get("blend")
        if blend is not None and not (isinstance(blend, (list, tuple)) and len(blend) == 2):
            raise BadRequest("A blend is another class and its share.")
        return cls(
            read_seed(values.get("seed", 7)), read_choice(values.get("label", 0), MOST_CLASSES, "A class"),
            read_quantity(values.get("truncation", 1.0), *TRUNCATION, "Truncation"),
            tuple(latents.slider(amount) for amount in amounts[:16]),
            tuple(read_choice(step, NEIGHBOURS, "A step") for step in walk),
            tuple(None if seed is None else read_seed(seed) for seed in mix[:3]),
            blend and (read_choice(blend[0], MOST_CLASSES, "A class"), read_quantity(blend[1], 0, 1, "A share")),
        )  # fmt: skip


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

    Attributes:
        concepts: the units that draw something, by its name, where a model has been opened up; see
            :class:`gan_models.dcgan.pipeline.FacePipeline`.
    """

    concepts: Mapping[str, list[int]] = {}

    def __init__(
        self, draw: Draw, z_dim: int, classes: int = 0, directions: Callable[[], Tensor] | None = None,
        discriminator: Callable[[Tensor, list[int]], list[float]] | None = None, about: Mapping[str, str] | None = None,
        ink: bool = False,
    ):  # fmt: skip
        self.draw, self.z_dim, self.classes, self.ink = draw, z_dim, classes, ink
        self.discriminator, self.about = discriminator, dict(about or {})
        self._find = directions or (lambda: find_directions(draw, z_dim, classes))
        self._directions: Tensor | None = None
        self._lock = threading.Lock()

    @property
    def directions(self) -> Tensor:
        """Unit directions (K, z_dim), one a slider; measured at the first question that needs them, then kept."""
        with self._lock:
            if self._directions is None:
                self._directions = self._find()
            return self._directions

    def _base(self, point: Point) -> Tensor:
        """Where seed and walk lead, (z_dim,): each step mixes in new noise so that the sum stays standard normal."""
        z = latents.seeded_noise([point.seed], self.z_dim)
        for k in range(len(point.walk)):
            z = math.cos(STRAY) * z + math.sin(STRAY) * self._noise(point.seed, point.walk[: k + 1])
        return z[0]

    def _noise(self, seed: int, walk: tuple[int, ...]) -> Tensor:
        return latents.seeded_noise([zlib.crc32(repr((seed, walk)).encode())], self.z_dim)

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

    def sample(self, seeds: list[int], truncation: float = 1.0, label: int = 0) -> list[Image.Image]:
        """One picture a seed; at most 100. Any whole numbers are seeds; BadRequest for anything else."""
        if not 0 < len(seeds) <= MAX_PICTURES:
            raise BadRequest(f"Ask for 1 to {MAX_PICTURES} pictures at once; these are {len(seeds)} seeds.")
        start = Point.read({"truncation": truncation, "label": label})
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
