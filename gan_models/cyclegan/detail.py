"""Between a picture's size and the size that a network sees, without losing the picture's detail."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

SHORT_SIDE, LONG_SIDE = 256, 1024  # pixels that the networks see
LEAST = 64  # on each side that they need
STRIP = 1_000_000  # pixels that are composed at once
KEPT_BELOW, LOST_ABOVE = 0.15, 0.7  # of a change in [-1, 1]: how strong it must be to take the original's detail away


@dataclass(frozen=True)
class Change:
    """What a generator wants to do to a picture, at the size it sees.

    Attributes:
        seen: the picture (h, w, 3), float32 in [-1, 1].
        change: what to add to it, the same shape.
    """

    seen: np.ndarray
    change: np.ndarray


def network_size(width: int, height: int) -> tuple[int, int]:
    """Width and height at which the networks see a picture: shorter side 256, longer side at most 1024."""
    scale = min(SHORT_SIDE / min(width, height), LONG_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def at_network_size(page: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 to what the networks see: (h, w, 3) float32 in [-1, 1]."""
    size = network_size(page.shape[1], page.shape[0])
    small = Image.fromarray(page).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(small, dtype=np.float32) / 127.5 - 1


def framed(seen: np.ndarray) -> tuple[torch.Tensor, tuple[slice, slice]]:
    """A page (h, w, 3), mirrored at its edges to multiples of 8, at least 64, as a batch; and where the page lies."""
    h, w = seen.shape[:2]
    tall, wide = (max(LEAST, -(-side // 8) * 8) for side in (h, w))
    top, left = (tall - h) // 2, (wide - w) // 2
    padded = np.pad(seen, ((top, tall - h - top), (left, wide - w - left), (0, 0)), mode="symmetric")
    batch = torch.from_numpy(padded).permute(2, 0, 1)[None].contiguous(memory_format=torch.channels_last)
    return batch, (slice(top, top + h), slice(left, left + w))


def compose(page: np.ndarray, wanted: Change, strength: float) -> np.ndarray:
    """The change, enlarged and added to the page (H, W, 3) uint8; strip by strip, so memory stays bounded.

    Detail finer than the networks see (the page minus what they saw) stays where little changes and goes where much
    does: else the edges of a zebra's stripes would shine through the horse. From 0 to 1, ``strength`` blends the page
    with the result at 1.
    """
    height, width = page.shape[:2]
    if not strength:
        return page.copy()
    change, seen, lost = parts(wanted, height, width)
    gone = np.minimum(1, strength * lost)
    small = np.concatenate([strength * change + gone * seen, gone], 2)  # page + change - gone * (page - seen), in parts
    out = np.empty_like(page)
    columns = places(width, small.shape[1])
    step = max(1, STRIP // width)
    for top in range(0, height, step):
        rows = places(height, small.shape[0], top, min(height, top + step))
        big = between(between(small, rows, 0), columns, 1)
        strip = page[top : top + step].astype(np.float32) / 127.5 - 1
        strip = strip * (1 - big[..., 3:]) + big[..., :3]
        out[top : top + step] = np.clip(np.round((strip + 1) * 127.5), 0, 255).astype(np.uint8)
    return out


def parts(wanted: Change, height: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What :func:`compose` works with: the change, the picture as it was seen, and which share (h, w, 1) of finer
    detail goes at strength 1; none larger than height and width."""
    change, seen = (at_most(part, height, width) for part in (wanted.change, wanted.seen))
    ramp = np.clip((np.abs(change).max(2, keepdims=True) - KEPT_BELOW) / (LOST_ABOVE - KEPT_BELOW), 0, 1)
    return change, seen, ramp * ramp * (3 - 2 * ramp)


def pack(wanted: Change, height: int, width: int) -> Image.Image:
    """The three :func:`parts` one below the other as a picture of mode RGB, for a page that composes by itself.

    A byte of the change stands for ``(byte - 128) / 63.5``, so that nothing is exactly nothing; of the picture for
    ``byte / 127.5 - 1``; of the share for ``byte / 255``.
    """
    change, seen, lost = parts(wanted, height, width)
    rows = change * 63.5 + 128, (seen + 1) * 127.5, np.repeat(lost * 255, 3, 2)
    return Image.fromarray(np.round(np.concatenate(rows)).clip(0, 255).astype(np.uint8))


def at_most(part: np.ndarray, height: int, width: int) -> np.ndarray:
    """(h, w, 3) floats, made smaller where they are larger than the picture."""
    h, w = part.shape[:2]
    if h <= height and w <= width:
        return part.astype(np.float32)
    batch = torch.from_numpy(part.astype(np.float32)).permute(2, 0, 1)[None]
    smaller = F.interpolate(batch, (min(h, height), min(w, width)), mode="bilinear", antialias=True)
    return smaller[0].permute(1, 2, 0).numpy()


def places(count: int, small: int, start: int = 0, stop: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Where pixels start to stop of ``count`` lie among ``small`` ones: the one before, and how far beyond it."""
    at = (np.arange(start, count if stop is None else stop) + 0.5) * small / count - 0.5
    at = np.clip(at, 0, small - 1).astype(np.float32)
    low = np.minimum(at.astype(np.int64), max(0, small - 2))
    return low, at - low


def between(pages: np.ndarray, where: tuple[np.ndarray, np.ndarray], axis: int) -> np.ndarray:
    """Linear interpolation along an axis."""
    low, share = where
    share = share.reshape([-1 if k == axis else 1 for k in range(pages.ndim)])
    first = np.take(pages, low, axis)
    if pages.shape[axis] == 1:
        return first
    return first + share * (np.take(pages, low + 1, axis) - first)
