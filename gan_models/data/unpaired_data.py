"""Two kinds of pictures that nobody paired: ``horse2zebra.zip``, or any zip or folder with trainA and trainB in it.

Everything is kept in memory as uint8; random crops and flips are drawn from there.
"""

import io
import warnings
import zipfile
from pathlib import Path, PurePosixPath

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from torch import Tensor

PARTS = ("trainA", "trainB", "testA", "testB")
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"}


def load_part(path: Path, part: str, size: int = 256) -> Tensor:
    """The pictures of one of :data:`PARTS`, in the order of their names: (N, 3, size, size) uint8, RGB.

    The shorter side is brought to ``size``, the middle is kept, and a photograph that was taken sideways is turned
    upright. Files that are no pictures are left out, with a warning. A missing test part gives no pictures, N = 0.

    Args:
        path: a zip, a folder with the four parts in it, or a folder with one such zip.

    Raises:
        FileNotFoundError: no such place, or no picture in a training part; the text names what was looked for.
    """
    pages, bad = [], 0
    for data in read_files(find_place(path), part):
        try:
            with Image.open(io.BytesIO(data)) as picture:
                upright = ImageOps.exif_transpose(picture).convert("RGB")
            pages.append(np.asarray(ImageOps.fit(upright, (size, size), Image.Resampling.LANCZOS)))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            bad += 1
    if bad:
        warnings.warn(f"{bad} files in {part} are no pictures that can be read; they were left out", stacklevel=2)
    if not pages and part.startswith("train"):
        raise FileNotFoundError(f"{path} holds no pictures in {part}/: give --data a folder or zip with {part}")
    stacked = np.stack(pages) if pages else np.zeros((0, size, size, 3), np.uint8)
    return torch.from_numpy(stacked).permute(0, 3, 1, 2).contiguous()


def find_place(path: Path) -> Path:
    """The zip or the folder that holds the parts."""
    if path.is_file() or (path.is_dir() and any((path / part).is_dir() for part in PARTS)):
        return path
    named, zips = path / "horse2zebra.zip", sorted(path.glob("*.zip"))
    if named.is_file() or len(zips) == 1:
        return named if named.is_file() else zips[0]
    raise FileNotFoundError(f"{path} is neither a zip nor a folder with trainA and trainB in it")


def read_files(place: Path, part: str):
    """Yield the bytes of each picture file whose folder is named ``part``, sorted by name."""
    if place.is_dir():
        for file in sorted((place / part).glob("*")):
            if file.suffix.lower() in SUFFIXES:
                yield file.read_bytes()
        return
    with zipfile.ZipFile(place) as archive:
        for name in sorted(archive.namelist()):
            inside = PurePosixPath(name)
            if inside.parent.name == part and inside.suffix.lower() in SUFFIXES:
                yield archive.read(name)


def to_signed(pictures: Tensor) -> Tensor:
    """(N, 3, H, W) uint8 to float32 in [-1, 1], channels last."""
    return pictures.float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def draw_crops(
    pictures: Tensor, count: int, size: int, window: tuple[float, float],
    random: torch.Generator | None = None, weights: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """``count`` random crops (count, C, size, size) in [-1, 1] of uint8 pictures (N, C, S, S), half of them mirrored.

    All is drawn and cut on the pictures' device, a batch at a time, between four pixels each: a crop made less than
    half as large would alias.

    Args:
        window: bounds of a crop's side before it is resized, as a share of S: (0.9, 1) shows nearly whole pictures,
            (0.5, 1) comes closer.
        random: a source of chance on that device; else PyTorch's own.
        weights: how often each picture is taken, (N,) float on that device; else all alike.
    """
    side, device = pictures.shape[-1], pictures.device
    low, high = (max(1, round(share * side)) for share in window)
    if weights is None:
        which = torch.randint(len(pictures), (count,), generator=random, device=device)
    else:
        which = torch.multinomial(weights, count, replacement=True, generator=random)
    width, x, y, turn = torch.rand(4, count, 1, generator=random, device=device)
    cut = (low + width * (high - low + 1)).floor().clamp(max=high)
    steps = (torch.arange(size, device=device) + 0.5) / size * cut  # (count, size) pixels from a crop's edge
    left, top = (torch.minimum((place * (side - cut + 1)).floor(), side - cut) for place in (x, y))
    across = left + torch.where(turn < 0.5, steps.flip(1), steps)
    grid = torch.stack(
        [across[:, None, :].expand(-1, size, -1), (top + steps)[:, :, None].expand(-1, -1, size)], 3
    )  # pixels from the picture's upper left corner
    crops = F.grid_sample(
        pictures[which].float(), grid * 2 / side - 1, mode="bilinear", padding_mode="border", align_corners=False
    )
    return crops.div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


class ImagePool:
    """The last translations, so that a discriminator does not forget what it once saw through (Shrivastava et al.,
    2017).

    Args:
        size: how many are kept; 0 keeps none and gives back what comes.
        random: a source of chance on the pictures' device; else PyTorch's own.
    """

    def __init__(self, size: int, random: torch.Generator | None = None):
        self.size, self.random = size, random
        self.kept: Tensor | None = None  # (at most ``size``, 3, H, W)

    def swap(self, pictures: Tensor) -> Tensor:
        """As many pictures (N, 3, H, W): each is, by the toss of a coin, the new one or an older one it replaces."""
        if not self.size:
            return pictures
        pictures = pictures.detach()
        if self.kept is not None:
            self.kept = self.kept.to(pictures.device)
        room = self.size - (0 if self.kept is None else len(self.kept))
        fresh, late = pictures[:room], pictures[room:]  # the first fill the pool
        given = [fresh]
        if len(fresh):
            self.kept = torch.cat([*([] if self.kept is None else [self.kept]), fresh])
        for some in late.split(self.size) if len(late) else ():
            n, device = len(some), some.device
            places = torch.rand(self.size, generator=self.random, device=device).argsort()[:n]
            old = (torch.rand(n, generator=self.random, device=device) < 0.5)[:, None, None, None]
            before = self.kept[places]
            given.append(torch.where(old, before, some))
            self.kept[places] = torch.where(old, some, before)
        return torch.cat(given).contiguous(memory_format=torch.channels_last)

    def state_dict(self) -> dict[str, Tensor]:
        """What is kept, by place."""
        return {str(place): picture for place, picture in enumerate(() if self.kept is None else self.kept)}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """The inverse of :meth:`state_dict`."""
        self.kept = torch.stack([state[str(place)] for place in range(len(state))]) if state else None
