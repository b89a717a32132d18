"""What readers look at in a face, in numbers: the whole, the eyes, the mouth and the outline of both sides."""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.training.selection import edges

TAP = 7  # of SqueezeNet's layers
COMPONENTS = (150, 150, 100, 100)  # principal ones of its features of faces, eyes, mouths and outlines
EYES = (slice(26, 50), slice(20, 56), slice(72, 108))  # of 128 pixels: rows, and columns of either eye
AROUND = (slice(20, 56), slice(18, 56), slice(72, 110), slice(76, 112), slice(34, 92))  # with brows; and the mouth
SIDES = (slice(32, 128), slice(0, 44), slice(84, 128))  # cheek, ear, jaw and neck; columns of either side
CLOSER = 2.5  # times larger SqueezeNet sees eyes, mouths and outlines


def even(page: Tensor) -> Tensor:
    """Greys (N, 1, H, W) with a mean of 0 and a mean square of 1 each."""
    page = page - page.mean((1, 2, 3), keepdim=True)
    return page / page.square().mean((1, 2, 3), keepdim=True).add(1e-4).sqrt()


def look_at_eyes(faces: Tensor) -> Tensor:
    """Faces (N, 3, 128, 128) to (N, 2): how alike the eyes are, mirrored, and how sharp the duller of them is."""
    rows, left, right = EYES
    grey = faces.mean(1, keepdim=True)
    alike = -(even(grey[:, :, rows, left]) - even(grey[:, :, rows, right]).flip(3)).abs().mean((1, 2, 3))
    steep = edges(grey, padding=1)
    sharp = torch.stack([steep[:, :, rows, columns].mean((1, 2, 3)) for columns in (left, right)]).amin(0)
    return torch.stack([alike, sharp.add(1e-6).log()], 1)


class Measures:
    """What is seen of faces, in numbers (N, D) of unit variance: in SqueezeNet's features, and of the eyes in pixels.

    Faces, eyes, mouths and the outlines of both sides are looked at. Of eyes and outlines, the right ones mirrored, it
    is what both have and where they differ.
    """

    def __init__(self, extractor: nn.Module, faces: Iterable[Tensor]):
        self.extractor = extractor
        self.axes, self.scale = [], torch.ones(1)
        pages = [self.parts(page) for page in faces]
        for part, count in zip(zip(*pages, strict=True), COMPONENTS, strict=False):
            seen = torch.cat(part)
            middle = seen.mean(0)
            axes = torch.svd_lowrank(seen - middle, q=count, niter=4)[2]
            self.axes.append((middle, axes / ((seen - middle) @ axes).std(0)))
        self.scale = torch.cat([page[-1] for page in pages]).std(0)

    @torch.inference_mode()
    def parts(self, faces: Tensor) -> tuple[Tensor, ...]:
        """Features of N faces, 2 N eyes, N mouths and 2 N outlines, and what :func:`look_at_eyes` says."""
        high, left, right, low, wide = AROUND
        eyes, outlines = (
            torch.cat([faces[:, :, rows, one], faces[:, :, rows, other].flip(3)])
            for rows, one, other in ((high, left, right), SIDES)
        )
        near = (F.interpolate(x, scale_factor=CLOSER, mode="bicubic") for x in (eyes, faces[:, :, low, wide], outlines))
        seen = (F.avg_pool2d(self.extractor(x, (TAP,))[0], 2).flatten(1) for x in (faces, *near))
        return (*seen, look_at_eyes(faces))

    @torch.inference_mode()
    def __call__(self, faces: Tensor) -> Tensor:
        *parts, alike = self.parts(faces)
        face, eyes, mouth, outlines = ((x - middle) @ axes for x, (middle, axes) in zip(parts, self.axes, strict=True))
        pairs = (pair.chunk(2) for pair in (eyes, outlines))
        both = [x for left, right in pairs for x in ((left + right) / 2**0.5, (left - right).abs() / 2**0.5)]
        return torch.cat([face, *both, mouth, alike / self.scale], 1)
