"""Take hold of a face: handles are pulled to targets, and the style follows ("Drag Your GAN", Pan et al., 2023).

A step does two things. Point tracking: a handle is where the generator's features are most like those that it was laid
on. Motion supervision: those features shall be found a stride nearer to its target; the style vectors go there by
gradient, and outside a mask all features shall stay. The paper compares with features of the last step; those of the
beginning keep a face the same person for longer.

Places in a picture are (x, y) in shares of its width and height, from the top left corner.
"""

import copy
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from gan_models.core import images
from gan_models.core.errors import BadRequest

if TYPE_CHECKING:
    from gan_models.stylegan.pipeline import StylePipeline

SIDE = 32  # the size whose features are moved and followed
MOVED = 5  # layers whose styles move: those up to 16x16, which decide on shapes
RATE = 0.03  # of a step, in standard deviations of style vectors
STRIDE = 1.5  # cells by which features shall have moved with the next step
AROUND, FOLLOWED = 1.5, 1.5  # cells around a handle that are moved; in which it is looked for
KEPT = 1.5  # price of changes outside the mask
NEAR = 0.5  # cells from its target at which a handle has arrived
STEPS = 60  # after so many it will not get there
MOST = 8  # handles

Place = tuple[float, float]


@dataclass(frozen=True)
class Drag:
    """A drag, as far as it is.

    Attributes:
        start: style vectors (layers, w_dim) from which it set out. ``place``: those of now.
        drawn: the face (1, 3, R, R) in [-1, 1]; a step behind ``place``, unless the handles have arrived.
        handles, targets: where handles are, and where they shall go.
        laid: the features on which each was laid, (handles, K, C), see :func:`disc`.
        mask: (SIDE, SIDE), 1 where the face may move and 0 where not, and the features (1, C, SIDE, SIDE) that stay
            there; or None, if all of it may.
        steps: how many were taken. ``optimiser``: its state.
    """

    start: Tensor
    place: Tensor
    drawn: Tensor
    handles: tuple[Place, ...]
    targets: tuple[Place, ...]
    laid: Tensor
    mask: tuple[Tensor, Tensor] | None = None
    steps: int = 0
    optimiser: dict[str, Any] = field(default_factory=dict)

    @property
    def distance(self) -> float:
        """How far the handle that is farthest from its target has to go, as a share of the picture's width."""
        return max(math.dist(a, b) for a, b in zip(self.handles, self.targets, strict=True))

    @property
    def arrived(self) -> bool:
        """Whether all handles are where they shall be."""
        return self.distance * SIDE <= NEAR

    @property
    def over(self) -> bool:
        """Whether all handles have arrived, or will not."""
        return self.arrived or self.steps >= STEPS

    @property
    def size(self) -> int:
        """Bytes, about."""
        tensors = [self.drawn, self.laid, *(self.mask or ()), *4 * [self.place]]
        return 4 * sum(tensor.numel() for tensor in tensors)

    @property
    def picture(self) -> Image.Image:
        """The face as a PIL image."""
        return images.to_pil(self.drawn)[0]

    def aim(self, targets: Sequence[Place]) -> "Drag":
        """The same drag with other targets, and as many steps ahead of it as at first.

        Raises:
            BadRequest: as :func:`begin`.
        """
        if len(targets) != len(self.handles):
            raise BadRequest("Every handle needs a target.")
        return replace(self, targets=as_places(targets), steps=0)


def begin(
    pipeline: "StylePipeline",
    start: Tensor,
    handles: Sequence[Place],
    targets: Sequence[Place],
    mask: Image.Image | None = None,
) -> Drag:
    """A drag that has not moved yet.

    Args:
        start: style vectors (layers, w_dim).
        handles, targets: as many of one as of the other, 1 to 8.
        mask: white where the face may move; of any size.

    Raises:
        BadRequest: handles and targets that do not go together, or outside the picture; a mask that is black.
    """
    ours = as_places(handles)
    with torch.no_grad():
        drawn, features = look(pipeline, start.to(pipeline.device))
    laid = torch.stack([sample(features, place, OFFSETS) for place in ours])
    kept = (read_mask(mask), features.cpu()) if mask is not None else None
    return Drag(start, start, drawn.clamp(-1, 1).cpu(), ours, ours, laid.cpu(), kept).aim(targets)


def as_places(values: Sequence[Place]) -> tuple[Place, ...]:
    """Places in a picture, checked."""
    found = tuple((float(x), float(y)) for x, y in values)
    if not 0 < len(found) <= MOST:
        raise BadRequest(f"Lay 1 to {MOST} handles on the face.")
    if not all(0 <= number <= 1 for place in found for number in place):
        raise BadRequest("Handles and targets lie within the picture.")
    return found


def read_mask(mask: Image.Image) -> Tensor:
    """Where a face may move, (SIDE, SIDE), 0 to 1."""
    found = (images.from_pil([mask], "L", (SIDE, SIDE))[0, 0] + 1) / 2
    if found.max() < 0.5:
        raise BadRequest("Nothing may move. Brush over the part that may, or take all strokes away.")
    return found


def steps(pipeline: "StylePipeline", drag: Drag) -> Iterator[Drag]:
    """The drag after each of its steps, until it is over; whoever has seen enough stops asking."""
    while not drag.over:
        drag = pull(pipeline, drag, 0)
        yield drag


def pull(pipeline: "StylePipeline", drag: Drag, seconds: float) -> Drag:
    """A drag that went on for about so long: at least one step, unless it is over."""
    until, device = time.perf_counter() + seconds, pipeline.device
    start, spread, laid = drag.start.to(device), pipeline.spread.to(device), drag.laid.to(device)
    away = ((drag.place.to(device) - start) / spread)[:MOVED].clone().requires_grad_(True)
    optimiser = torch.optim.Adam([away], RATE, betas=(0.9, 0.99))
    if drag.optimiser:
        optimiser.load_state_dict(copy.deepcopy(drag.optimiser))
    while not drag.over:
        drawn, features = look(pipeline, torch.cat([start[:MOVED] + spread * away, start[MOVED:]]))
        handles = tuple(follow(features.detach(), *pair) for pair in zip(drag.handles, laid, strict=True))
        drag = replace(drag, drawn=drawn.detach(), handles=handles, steps=drag.steps + 1)
        if drag.arrived:
            break
        loss = motion(features, drag, laid)
        if drag.mask:
            mask, before = (part.to(device) for part in drag.mask)
            loss = loss + KEPT * ((features - before).abs() * (1 - mask)).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if time.perf_counter() >= until:
            break
    place = torch.cat([start[:MOVED] + spread * away.detach(), start[MOVED:]]).cpu()
    return replace(drag, place=place, drawn=drag.drawn.clamp(-1, 1).cpu(), optimiser=optimiser.state_dict())


def look(pipeline: "StylePipeline", style: Tensor) -> tuple[Tensor, Tensor]:
    """The face (1, 3, R, R) of style vectors (layers, w_dim), and its features (1, C, SIDE, SIDE)."""
    kept = {}
    drawn = pipeline.synthesis(style[None], edit=lambda size, x: kept.setdefault(size, x))
    return drawn, kept[SIDE]


def disc(radius: float, apart: float) -> Tensor:
    """Offsets (K, 2) in cells, so far apart, within a radius; from the middle outwards."""
    line = torch.arange(-radius, radius + apart / 2, apart)
    square = torch.cartesian_prod(line, line)
    far = square.norm(dim=1)
    order = far.argsort(stable=True)
    return square[order[far[order] <= radius + 1e-6]]


OFFSETS, WINDOW = disc(AROUND, 0.5), disc(FOLLOWED, 0.25)


def sample(features: Tensor, place: Place, offsets: Tensor) -> Tensor:
    """Features (1, C, SIDE, SIDE) at a place and offsets (K, 2) in cells from it, between cells as well: (K, C)."""
    grid = 2 * (torch.tensor(place) + offsets / SIDE) - 1
    return F.grid_sample(features, grid[None, None].to(features), padding_mode="border", align_corners=False)[0, :, 0].T


def motion(features: Tensor, drag: Drag, laid: Tensor) -> Tensor:
    """How unlike features a stride ahead of the handles are to those on which these were laid (equation 1)."""
    loss = features.new_zeros(())
    for handle, target, wanted in zip(drag.handles, drag.targets, laid, strict=True):
        way = SIDE * (torch.tensor(target) - torch.tensor(handle))
        ahead = way * min(1.0, STRIDE / max(way.norm().item(), 1e-6))
        loss = loss + (sample(features, handle, OFFSETS + ahead) - wanted).abs().mean()
    return loss


def follow(features: Tensor, handle: Place, laid: Tensor) -> Place:
    """Where around a handle the features are most like those on which it was laid (K, C) (equation 2)."""
    unlike = (sample(features, handle, WINDOW) - laid[0]).abs().sum(1)
    x, y = (torch.tensor(handle) + WINDOW[unlike.argmin().cpu()] / SIDE).clamp(0, 1).tolist()
    return x, y
