"""From seeds, steps, mixtures and sliders to style vectors."""

import copy
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

from gan_models.core.point import Point
from gan_models.core.sampler import STRAY, Draw, Sampler
from gan_models.core.values import read_seed
from gan_models.stylegan.drafts import DRAFTS, DraftReader
from gan_models.stylegan.networks import StyleGANGenerator, layer_groups


class StyleSampler(Sampler):
    """A sampler whose places are style vectors for each layer, (layers, w_dim).

    Args:
        draw, discriminator: as :class:`~gan_models.core.sampler.Sampler` has them.
        generator: as in :mod:`gan_models.stylegan.networks`.
        directions: (K, layers, w_dim), one a slider.
        reader: which draft of a seed will turn out well, see :mod:`gan_models.stylegan.drafts`; None takes the first.
    """

    def __init__(
        self, draw: Draw, generator: StyleGANGenerator, directions: Tensor,
        discriminator: Callable[[Tensor, list[int]], list[float]], reader: DraftReader | None,
    ):  # fmt: skip
        self.mapping, self.mean_w = generator.mapping.cpu(), generator.mean_w.cpu()  # small, not worth the way
        self.synthesis, self.layers, self.reader = generator.synthesis, generator.synthesis.layer_count, reader
        self.home: Tensor | None = None  # a place that takes the place of the seeds', see :meth:`around`
        self._styled = lru_cache(4096)(self._style)
        super().__init__(
            draw, generator.z_dim, directions=lambda: directions, discriminator=discriminator,
            prefer=reader and (lambda z: int(reader(self.mapping(z)).argmax())), drafts=DRAFTS,
        )  # fmt: skip

    @torch.inference_mode()
    def _style(self, seed: int, drafts: int, walk: tuple[int, ...]) -> Tensor:
        """The style vector (w_dim,) of a seed and steps from it; the first draft stays as it is, others are raised."""
        w = self.mapping(self.noise_of(seed, drafts, walk)[None])
        return (self.reader.raised(w) if self.reader and drafts != 1 else w)[0]

    def _spread(self, w: Tensor) -> Tensor:
        return w[:, None].expand(-1, self.layers, -1)

    @torch.inference_mode()
    def place(self, z: Tensor) -> Tensor:
        """z (N, z_dim) to style vectors (N, layers, w_dim), all alike within a face."""
        return self._spread(self.mapping(z))

    def around(self, home: Tensor) -> "StyleSampler":
        """The same networks for a face whose place (layers, w_dim) is known: every seed leads there."""
        twin = copy.copy(self)
        twin.home = home
        return twin

    def styles(self, seeds: list[int], truncation: float = 1.0, drafts: int = 0) -> Tensor:
        """Style vectors (N, layers, w_dim) of seeds, drawn towards their mean by a truncation below 1."""
        found = [self._styled(read_seed(seed), drafts, ()) for seed in seeds]
        return torch.lerp(self.mean_w, self._spread(torch.stack(found)), truncation)

    @torch.inference_mode()
    def _base(self, point: Point) -> Tensor:
        """Where seed, mixed seeds and walk lead, (layers, w_dim), before truncation and sliders."""
        if self.home is None:
            w = self._spread(self._styled(point.seed, point.drafts, point.walk)[None])[0]
        else:  # it has no noise to stir, so each step adds a little of a stranger's style
            w = self.home
            for k in range(len(point.walk)):
                stranger = self.place(self._noise(point.seed, point.walk[: k + 1]))[0]
                w = w + STRAY / 2 * (stranger - self.mean_w)
        for group, seed in zip(layer_groups(self.synthesis), point.mix, strict=False):
            if seed is not None:
                w = w.clone()
                w[group] = self.styles([seed], drafts=point.drafts)[0, group]
        return w

    def locate(self, points: list[Point]) -> Tensor:
        """Points to places (N, layers, w_dim): styles, mixed, truncated, then moved by the sliders."""
        w = torch.stack([torch.lerp(self.mean_w, self._base(p), p.truncation) for p in points])
        if not any(any(p.amounts) for p in points):
            return w
        count = len(self.directions)
        amounts = torch.tensor([(list(p.amounts) + [0.0] * count)[:count] for p in points], dtype=torch.float32)
        return w + torch.einsum("nk,klw->nlw", amounts, self.directions)

    def between(self, a: Tensor, b: Tensor, t: Tensor) -> Tensor:
        """Places on the straight line from a to b (layers, w_dim) at each of t (T,): style vectors have no shell."""
        return torch.lerp(a, b, t.view(-1, *[1] * a.ndim))
